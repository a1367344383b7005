// Starts Vite with each list of proxy rules and asks for paths; prints what arrives at the target as JSON.
import http from 'node:http';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'vite';

const target = http.createServer((request, response) => response.end(`arrived ${request.url}`));
await new Promise((done) => target.listen(0, '127.0.0.1', done));
const { cases, paths } = JSON.parse(readFileSync('cases.json', 'utf8'));
mkdirSync('site', { recursive: true });

const ask = (port, path) =>
  new Promise((done, failed) => {
    const handle = (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk)).on('end', () => done(text));
    };
    http.get({ host: '127.0.0.1', port, path, agent: false }, handle).on('error', failed);
  });

const result = [];
for (const text of cases) {
  const proxy = new Function(`return ({ ${text.replaceAll('TARGET', `http://127.0.0.1:${target.address().port}`)} });`)();
  const server = await createServer({
    configFile: false, root: 'site', logLevel: 'silent', appType: 'custom', cacheDir: 'cache',
    optimizeDeps: { noDiscovery: true }, server: { port: 0, host: '127.0.0.1', hmr: false, ws: false, watch: null, proxy },
  });
  await server.listen();
  const port = server.httpServer.address().port;
  const answers = [];
  for (const path of paths) {
    const answer = await ask(port, path);
    answers.push(answer.startsWith('arrived ') ? answer.slice(8) : null);
  }
  result.push(answers);
  await server.close();
}
console.log(JSON.stringify(result));
process.exit(0);
