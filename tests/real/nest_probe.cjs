// Starts each generated NestJS application and prints the routes that its Express router holds.
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");

const folder = process.argv[2];
const load = createRequire(path.join(folder, "package.json"));
load("reflect-metadata");
const ts = load("typescript");
const options = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2022,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  esModuleInterop: true,
};
require.extensions[".ts"] = (module, file) =>
  module._compile(ts.transpileModule(fs.readFileSync(file, "utf8"), { compilerOptions: options }).outputText, file);

(async () => {
  const result = [];
  for (const name of JSON.parse(fs.readFileSync(path.join(folder, "cases.json"), "utf8"))) {
    const app = await require(path.join(folder, name, "main.ts")).start();
    await app.init();
    const server = app.getHttpAdapter().getInstance();
    const found = [];
    for (const layer of (server.router ?? server._router).stack) {
      if (!layer.route) continue;
      const methods = Object.keys(layer.route.methods);
      const any = layer.route.methods._all || methods.length > 20;
      for (const method of any ? ["*"] : methods) found.push([method.toUpperCase(), layer.route.path]);
    }
    result.push(found);
    await app.close();
  }
  console.log(JSON.stringify(result));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
