/// <reference types="vite/client" />

interface ImportMetaEnv {
  readonly VITE_PUSHER_KEY?: string;
  readonly VITE_PUSHER_CLUSTER?: string;
  readonly VITE_PUSHER_ENABLED?: string;
  readonly VITE_PUSHER_AUTH_ENDPOINT?: string;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
}
