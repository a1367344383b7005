// Asks generated Express applications for paths, without a socket: prints for each probe whether a handler answered.
const fs = require('fs');
const path = require('path');

function ask(app, method, url) {
  return new Promise((resolve) => {
    const request = Object.assign(new (require('stream').Readable)({ read() {} }), { method, url, headers: {}, socket: {} });
    const response = new (require('http').ServerResponse)(request);
    response.end = (body) => resolve(body === 'hit');
    app(request, response, () => resolve(false));
  });
}

(async () => {
  const folder = process.argv[2];
  const probes = JSON.parse(fs.readFileSync(path.join(folder, 'probes.json'), 'utf8'));
  const answers = [];
  for (let number = 0; number < probes.length; number += 1) {
    const app = require(path.join(folder, `case${number}`, 'main.cjs'));
    const row = [];
    for (const [method, url] of probes[number]) row.push(await ask(app, method, url.replace(/[{}]/g, 'x')));
    answers.push(row);
  }
  process.stdout.write(JSON.stringify(answers));
})();
