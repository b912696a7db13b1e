import { PluginError } from '../errors/plugin-error.ts';

/** Throws `LISTENER_INVALID` for anything that is not a function, naming the place that got it. */
export function requireFunction(handler: unknown, where: string, plugin: string): void {
  if (typeof handler === 'function') return;
  const message = `Plugin "${plugin}": ${where} needs a function and got ${handler === null ? 'null' : typeof handler}.`;
  throw new PluginError('LISTENER_INVALID', message, { plugin });
}
