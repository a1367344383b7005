import type { OrderUpdated } from '../types/pusher';
import { logger } from '../utils/logger';

export function watchOrders(handler: (order: OrderUpdated) => void): () => void {
  const socket = new WebSocket('wss://orders.acme.example/live');
  socket.addEventListener('message', (event: MessageEvent<string>) => handler(JSON.parse(event.data)));
  socket.addEventListener('error', () => logger.error('The order socket failed'));
  return () => socket.close();
}
