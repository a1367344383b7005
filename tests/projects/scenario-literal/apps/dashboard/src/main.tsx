import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { PusherProvider } from './contexts/PusherContext';

const root = document.getElementById('root');
const userId = document.cookie.match(/(?:^|; )user=([\w-]+)/)?.[1] ?? '';

if (root) {
  createRoot(root).render(
    <StrictMode>
      <PusherProvider>
        <App userId={userId} isAuthenticated={userId !== ''} bypassAuth={false} />
      </PusherProvider>
    </StrictMode>,
  );
}
