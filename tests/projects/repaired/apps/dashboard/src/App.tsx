import * as React from 'react';
import { usePusher } from './contexts/PusherContext';
import { pusherService } from './services/pusher';
import type { OrderUpdated } from './types/pusher';
import { logger } from './utils/logger';

interface AppProps {
  userId: string;
  isAuthenticated: boolean;
  bypassAuth: boolean;
}

export function App({ userId, isAuthenticated, bypassAuth }: AppProps) {
  const { state, online } = usePusher();
  const [orders, setOrders] = React.useState<OrderUpdated[]>([]);

  // Initialize Pusher for real-time features
  React.useEffect(() => {
    if (isAuthenticated && !bypassAuth) {
      const connectTimer = setTimeout(() => {
        pusherService.connect();
        pusherService.subscribeToUser(userId)?.bind('order-updated', (order: OrderUpdated) => {
          setOrders((known) => [order, ...known].slice(0, 50));
        });
        logger.info('Pusher connected for real-time updates');
      }, 100);

      return () => {
        clearTimeout(connectTimer);
        pusherService.disconnect();
      };
    }
  }, [userId, isAuthenticated, bypassAuth]);

  return (
    <main>
      <p>
        {state}, {online} online
      </p>
      <ul>
        {orders.map((order) => (
          <li key={order.orderId}>
            {order.orderId}: {order.status}
          </li>
        ))}
      </ul>
    </main>
  );
}
