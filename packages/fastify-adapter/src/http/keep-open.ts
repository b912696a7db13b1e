import { PluginError } from '@catalyst-plugins/core';
import type { FastifyInstance } from 'fastify';

/**
 * Keeps the server open for whoever has a request of a plugin: its `request.server` is this scope. Everything else that
 * could change the server Fastify itself refuses once it listens.
 */
export function keepOpen(scope: FastifyInstance): void {
  const close = (): never => {
    throw new PluginError('PROCESS_PROTECTED', 'request.server of a request to a plugin does not close the server.');
  };
  Object.defineProperty(scope, 'close', { value: close });
}
