import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { PusherProvider } from './contexts/PusherContext';
import { watchOrders } from './services/liveOrders';
import { logger } from './utils/logger';

const root = document.getElementById('root');
const userId = document.cookie.match(/(?:^|; )user=([\w-]+)/)?.[1] ?? '';

watchOrders((order) => logger.info('Order changed', order.orderId));

if (root) {
  createRoot(root).render(
    <StrictMode>
      <PusherProvider>
        <App userId={userId} isAuthenticated={userId !== ''} bypassAuth={false} />
      </PusherProvider>
    </StrictMode>,
  );
}
