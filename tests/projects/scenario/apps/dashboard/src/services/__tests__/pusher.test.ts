import { beforeEach, describe, expect, it, vi } from 'vitest';

const constructed: unknown[][] = [];

vi.mock('pusher-js', () => ({
  default: class {
    connection = { bind: vi.fn(), state: 'connected' };
    constructor(...args: unknown[]) {
      constructed.push(args);
    }
    disconnect() {}
  },
}));

vi.mock('../../config', () => ({
  PUSHER_KEY: 'test-key',
  PUSHER_CLUSTER: 'mt1',
  PUSHER_ENABLED: true,
  PUSHER_AUTH_ENDPOINT: '/test/pusher/auth',
}));

describe('PusherService', () => {
  beforeEach(() => {
    constructed.length = 0;
  });

  it('connects once with the configured key', async () => {
    const { PusherService } = await import('../pusher');
    const service = new PusherService();
    service.connect();
    service.connect();
    expect(constructed).toEqual([
      ['test-key', { cluster: 'mt1', authEndpoint: '/test/pusher/auth', forceTLS: true }],
    ]);
  });

  it('has no channels before it connects', async () => {
    const { PusherService } = await import('../pusher');
    expect(new PusherService().subscribeToUser('7')).toBeNull();
  });
});
