// Starts each application of the folder and prints what Fastify itself says of it: [printed routes, answers of probes].
const path = require('path');
const [folder, probesPath] = process.argv.slice(2);
const probes = JSON.parse(require('fs').readFileSync(probesPath, 'utf-8'));

(async () => {
  const results = [];
  for (const [name, requests] of probes) {
    const { app } = require(path.join(folder, name, 'app.js'));
    await app.ready();
    const answers = [];
    for (const [method, url] of requests) answers.push((await app.inject({ method, url })).statusCode !== 404);
    results.push([app.printRoutes(), answers]);
    await app.close();
  }
  process.stdout.write(JSON.stringify(results));
})();
