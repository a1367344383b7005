// Asks generated Fastify, Koa and Hono applications for paths, without a socket: prints for each case the routes that
// Fastify reports (by a hook and by printRoutes), and for each probe whether a handler answered.
const fs = require('fs');
const http = require('http');
const path = require('path');
const { Readable } = require('stream');

async function fastify(module, probes) {
  const listed = [];
  const app = await module.build((route) => {
    for (const method of [].concat(route.method)) if (method !== 'HEAD') listed.push([method, route.url]);
  });
  await app.ready();
  const answers = [];
  for (const [method, url] of probes) answers.push((await app.inject({ method, url })).body === 'hit');
  return [listed, answers, app.printRoutes({ commonPrefix: false })];
}

async function koa(module, probes) {
  const handle = module.app.callback();
  const answers = [];
  for (const [method, url] of probes) {
    const socket = { remoteAddress: '::1', encrypted: false };
    const request = Object.assign(new Readable({ read() {} }), { method, url, headers: { host: 'h' }, socket });
    const response = new http.ServerResponse(request);
    answers.push(
      await new Promise((resolve) => {
        response.end = (body) => resolve(body === 'hit');
        handle(request, response);
      }),
    );
  }
  return [[], answers, ''];
}

async function hono(module, probes) {
  const answers = [];
  for (const [method, url] of probes) {
    const response = await module.app.request('http://h' + url, { method });
    answers.push((await response.text()) === 'hit');
  }
  return [[], answers, ''];
}

(async () => {
  const [folder, framework] = process.argv.slice(2);
  const probes = JSON.parse(fs.readFileSync(path.join(folder, 'probes.json'), 'utf8'));
  const results = [];
  for (let number = 0; number < probes.length; number += 1) {
    const module = require(path.join(folder, `case${number}`, 'main.cjs'));
    results.push(await { fastify, koa, hono }[framework](module, probes[number]));
  }
  process.stdout.write(JSON.stringify(results));
})();
