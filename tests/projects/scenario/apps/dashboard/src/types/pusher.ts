export type ConnectionState =
  | 'initialized'
  | 'connecting'
  | 'connected'
  | 'unavailable'
  | 'failed'
  | 'disconnected';

export interface OrderUpdated {
  orderId: string;
  status: 'open' | 'packed' | 'shipped';
}

export interface PusherConnectionError {
  type: string;
  data?: { code?: number; message?: string };
}

export type EventHandler<T> = (data: T) => void;
