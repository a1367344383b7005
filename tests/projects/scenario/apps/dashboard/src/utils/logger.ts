const timestamp = (): string => new Date().toISOString();

export const logger = {
  info: (message: string, ...details: unknown[]): void => console.info(timestamp(), message, ...details),
  warn: (message: string, ...details: unknown[]): void => console.warn(timestamp(), message, ...details),
  error: (message: string, ...details: unknown[]): void => console.error(timestamp(), message, ...details),
};
