import { vi } from 'vitest';

export const pusherService = {
  connect: vi.fn(),
  disconnect: vi.fn(),
  onStateChange: vi.fn(() => () => undefined),
  subscribeToUser: vi.fn(() => null),
  subscribeToPresence: vi.fn(() => null),
  unsubscribe: vi.fn(),
};
