// Prints as JSON what clients say when they fail: [provider, channel, text]. Nothing leaves the machine.
// Arguments: the folder of the npm packages.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.argv[2], 'index.js'));
const said = [];
let provider = '';
const steady = (text) =>
  text.replace(/^\d\d:\d\d:\d\d\.\d+/, '12:00:00.000').replace(/^\[\d{4}-\d\d-\d\dT[\d:.]+Z\]/, '[2026-01-01T12:00:00.000Z]');
for (const method of ['error', 'warn', 'log', 'info', 'debug']) {
  console[method] = (...args) => said.push([provider, `console.${method}`, steady(args.map(String).join(' '))]);
}
async function watch(name, run) {
  provider = name;
  try {
    await run();
  } catch (error) {
    const text = `${error.name}: ${error.message}`;
    said.push([name, 'error', `Uncaught ${text}`], [name, 'unhandledrejection', `Uncaught (in promise) ${text}`]);
  }
}

const { Realtime } = require('ably');
await watch('ably', () => new Realtime({}));
await watch('ably', () => new Realtime({ key: 'abc' }));
await watch('ably', async () => {
  const refuse = (_, done) => done({ code: 40300, statusCode: 403, message: 'Forbidden' }, null);
  const client = new Realtime({ authCallback: refuse });
  await new Promise((resolve) => client.connection.once('failed', resolve));
});
const signalR = require('@microsoft/signalr');
class NotFound extends signalR.HttpClient {
  async send() {
    throw new signalR.HttpError('Not Found', 404);
  }
}
const hub = () => new signalR.HubConnectionBuilder().withUrl('http://127.0.0.1:9/hub', { httpClient: new NotFound() });
await watch('signalr', () => hub().build().start());
await watch('signalr', () => hub().build().invoke('send'));
const { Socket } = require('phoenix');
const channel = () => new Socket('ws://127.0.0.1:9/socket').channel('room:1');
await watch('phoenix', () => channel().push('message', {}));
await watch('phoenix', () => {
  const twice = channel();
  twice.join();
  twice.join();
});
const { RealtimeClient } = require('@supabase/realtime-js');
await watch('supabase', () => new RealtimeClient('ws://127.0.0.1:9', {}));
const { PartySocket } = require('partysocket');
await watch('partykit', () => new PartySocket({ host: '127.0.0.1:9' }));
await watch('partykit', () => {
  const socket = new PartySocket({ host: '127.0.0.1:9', room: 'a', startClosed: true });
  socket.close();
  socket.send('x');
});
const { Centrifuge } = require('centrifuge');
await watch('centrifuge', () => new Centrifuge(''));
await watch('centrifuge', () => new Centrifuge('http://127.0.0.1:9/connection').connect());
await watch('centrifuge', () => {
  const client = new Centrifuge('ws://127.0.0.1:9');
  client.newSubscription('news');
  client.newSubscription('news');
});
const { createClient } = require('@liveblocks/client');
await watch('liveblocks', () => createClient({}));
await watch('liveblocks', () => createClient({ publicApiKey: 'sk_dev_1' }));
process.stdout.write(JSON.stringify(said));
process.exit(0);
