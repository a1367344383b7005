import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import type { PresenceChannel } from 'pusher-js';
import { pusherService } from '../services/pusher';
import type { ConnectionState } from '../types/pusher';

interface PusherContextValue {
  state: ConnectionState;
  online: number;
}

const PusherContext = createContext<PusherContextValue>({ state: 'disconnected', online: 0 });

export function PusherProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<ConnectionState>('disconnected');
  const [online, setOnline] = useState(0);

  useEffect(() => pusherService.onStateChange(setState), []);

  useEffect(() => {
    if (state !== 'connected') {
      return;
    }
    const channel = pusherService.subscribeToPresence('dashboard') as PresenceChannel | null;
    if (!channel) {
      return;
    }
    const count = () => setOnline(channel.members.count);
    channel.bind('pusher:subscription_succeeded', count);
    channel.bind('pusher:member_added', count);
    channel.bind('pusher:member_removed', count);
    return () => pusherService.unsubscribe(channel);
  }, [state]);

  return <PusherContext.Provider value={{ state, online }}>{children}</PusherContext.Provider>;
}

export const usePusher = (): PusherContextValue => useContext(PusherContext);
