// Runs pusher-js with stubbed sockets and requests, and prints what it prints and throws: [[channel, text], ...].
const lines = [];
for (const method of ['warn', 'error']) console[method] = (...args) => lines.push([`console.${method}`, args.join(' ')]);
console.log = () => {};

const page = globalThis;
page.self = page;
page.window = page;
page.location = { protocol: 'https:' };
page.document = { body: {}, location: page.location, addEventListener() {}, getElementsByTagName: () => [] };
page.addEventListener = () => {};

class Socket {
  constructor() {
    Socket.last = this;
    setTimeout(() => {
      this.onopen();
      this.say('pusher:connection_established', JSON.stringify({ socket_id: '1.1', activity_timeout: 120 }));
    });
  }
  say(event, data) {
    this.onmessage({ data: JSON.stringify({ event, data }) });
  }
  send() {}
  close() {}
}

class Request {
  open() {}
  setRequestHeader() {}
  abort() {}
  send() {
    Object.assign(this, { readyState: 4, ...Request.answer });
    setTimeout(() => this.onreadystatechange());
  }
}
page.WebSocket = Socket;
page.XMLHttpRequest = Request;

const Pusher = require(process.argv[2]);
Pusher.logToConsole = true;

function thrown(make) {
  try {
    make();
  } catch (error) {
    lines.push(['error', `Uncaught ${error}`]);
  }
}

const turn = () => new Promise((done) => setTimeout(done, 20));

(async () => {
  thrown(() => new Pusher('key', {}));
  thrown(() => new Pusher(undefined, { cluster: 'us2' }));
  const pusher = new Pusher('key', { cluster: 'us2', authEndpoint: '/api/pusher/auth', enabledTransports: ['ws'] });
  Request.answer = { status: 404, responseText: '' };
  pusher.subscribe('private-a');
  await turn();
  Request.answer = { status: 200, responseText: '<!doctype html>' };
  pusher.subscribe('private-b');
  await turn();
  Socket.last.say('pusher:error', {
    code: 4001,
    message: 'App key not in this cluster. Did you forget to specify the cluster?',
  });
  await turn();
  process.stdout.write(JSON.stringify(lines));
  process.exit();
})();
