// Prints the routes that SvelteKit's and React Router's own code reads from the generated trees of files.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [kind, folder, modules] = process.argv.slice(2);
const cases = JSON.parse(fs.readFileSync(path.join(folder, "cases.json"), "utf8"));

async function svelte() {
  const file = path.join(modules, "@sveltejs/kit/src/core/sync/create_manifest_data/index.js");
  const { default: create } = await import(pathToFileURL(file).href);
  return cases.map((name) => {
    const root = path.join(folder, name);
    const files = { routes: path.join(root, "src/routes"), assets: path.join(root, "static") };
    for (const key of ["params", "lib", "hooks", "appTemplate", "errorTemplate"]) files[key] = path.join(root, key);
    files.params = path.join(root, "src/params");
    files.hooks = { client: path.join(root, "c"), server: path.join(root, "s"), universal: path.join(root, "u") };
    const config = { extensions: [".svelte"], kit: { files, router: { type: "pathname" }, moduleExtensions: [".js", ".ts"] } };
    const data = create({ config, fallback: path.join(folder, "fallback"), cwd: root });
    const probes = JSON.parse(fs.readFileSync(path.join(root, "probes.json"), "utf8"));
    const served = data.routes.filter((route) => route.endpoint || route.page);
    return probes.map((probe) => served.some((route) => route.pattern.test(probe)));
  });
}

async function remix() {
  const load = createRequire(path.join(modules, "x.js"));
  const { flatRoutes } = load("@react-router/fs-routes");
  const { matchRoutes } = load("react-router");
  const result = [];
  for (const name of cases) {
    globalThis.__reactRouterAppDirectory = path.join(folder, name, "app");
    const routes = await flatRoutes();
    const probes = JSON.parse(fs.readFileSync(path.join(folder, name, "probes.json"), "utf8"));
    result.push(probes.map((probe) => matchRoutes(routes, probe) !== null));
  }
  return result;
}

console.log(JSON.stringify(await { svelte, remix }[kind]()));
