// Makes clients of pusher-js or laravel-echo with the options given, subscribes a private channel, and prints the
// authorization requests that they really send: [[method, url], ...], null for none.
const [pusherPath, echoPath, casesPath] = process.argv.slice(2);
const cases = JSON.parse(require('fs').readFileSync(casesPath, 'utf-8'));

const page = globalThis;
page.self = page;
page.window = page;
page.location = { protocol: 'https:' };
page.document = { body: {}, location: page.location, addEventListener() {}, getElementsByTagName: () => [], querySelector: () => null };
page.addEventListener = () => {};
console.warn = () => {};

class Socket {
  constructor() {
    setTimeout(() => {
      this.onopen();
      const data = JSON.stringify({ socket_id: '1.1', activity_timeout: 120 });
      this.onmessage({ data: JSON.stringify({ event: 'pusher:connection_established', data }) });
    });
  }
  send() {}
  close() {}
}
page.WebSocket = Socket;

let sent = null;
page.XMLHttpRequest = class {
  open(method, url) {
    sent = sent ?? [method, url];
  }
  setRequestHeader() {}
  abort() {}
  send() {}
};

const Pusher = require(pusherPath);
page.Pusher = Pusher;

(async () => {
  const { default: Echo } = await import(require('url').pathToFileURL(echoPath));
  const results = [];
  for (const { echo, source } of cases) {
    sent = null;
    const given = eval(`(${source})`);
    if (echo) new Echo(given).private('orders');
    else new Pusher('key', given).subscribe('private-orders');
    await new Promise((done) => setTimeout(done, 15));
    results.push(sent);
  }
  process.stdout.write(JSON.stringify(results));
  process.exit();
})();
