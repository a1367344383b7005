import Pusher, { type Channel } from 'pusher-js';
import { PUSHER_AUTH_ENDPOINT, PUSHER_CLUSTER, PUSHER_ENABLED, PUSHER_KEY } from '../config';
import type { ConnectionState, EventHandler, PusherConnectionError } from '../types/pusher';
import { logger } from '../utils/logger';
import { describeError } from '../utils/pusher';

export class PusherService {
  private pusher: Pusher | null = null;
  private channels: Map<string, Channel> = new Map();
  private stateHandlers: Set<EventHandler<ConnectionState>> = new Set();

  connect(): void {
    if (this.pusher || !PUSHER_ENABLED) {
      return;
    }
    if (!PUSHER_KEY) {
      logger.warn('VITE_PUSHER_KEY is not set, real-time updates are off');
      return;
    }
    this.pusher = new Pusher(PUSHER_KEY, {
      cluster: PUSHER_CLUSTER,
      authEndpoint: PUSHER_AUTH_ENDPOINT,
      forceTLS: true,
    });
    this.pusher.connection.bind('error', (error: PusherConnectionError) => {
      logger.error('Pusher connection failed', describeError(error));
    });
    this.pusher.connection.bind('state_change', ({ current }: { current: ConnectionState }) => {
      this.stateHandlers.forEach((handler) => handler(current));
    });
  }

  onStateChange(handler: EventHandler<ConnectionState>): () => void {
    this.stateHandlers.add(handler);
    return () => {
      this.stateHandlers.delete(handler);
    };
  }

  subscribeToUser(userId: string): Channel | null {
    return this.pusher && this.keep(this.pusher.subscribe(`private-user-${userId}`));
  }

  subscribeToPresence(room: string): Channel | null {
    return this.pusher && this.keep(this.pusher.subscribe(`presence-${room}`));
  }

  unsubscribe(channel: Channel): void {
    this.pusher?.unsubscribe(channel.name);
    this.channels.delete(channel.name);
  }

  disconnect(): void {
    this.pusher?.disconnect();
    this.pusher = null;
    this.channels.clear();
  }

  private keep(channel: Channel): Channel {
    if (!this.channels.has(channel.name)) {
      channel.bind('pusher:subscription_error', (error: unknown) => {
        logger.error(`Subscription to ${channel.name} failed`, error);
      });
      this.channels.set(channel.name, channel);
    }
    return channel;
  }
}

export const pusherService = new PusherService();
