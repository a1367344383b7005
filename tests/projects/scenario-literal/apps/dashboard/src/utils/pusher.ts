import type { PusherConnectionError } from '../types/pusher';

export function describeError(error: PusherConnectionError): string {
  const code = error.data?.code;
  const message = error.data?.message ?? 'no details';
  return code === undefined ? `${error.type}: ${message}` : `${error.type} ${code}: ${message}`;
}
