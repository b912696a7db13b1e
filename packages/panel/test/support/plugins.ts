import type { PluginFiles } from '@catalyst-plugins/core/testing';
import { plugin } from './panel-server.ts';

/** A route that answers when another one is asked. */
export const slowRoute = `
  const waiting = [];
  ctx.registerRoute({ method: 'GET', url: '/slow', handler: () => new Promise((resolve) => waiting.push(resolve)) });
  ctx.registerRoute({ method: 'GET', url: '/release', handler: () => { for (const go of waiting) go('late'); return 'ok'; } });`;

/** Plugins in every condition that a list has to show. */
export const manyPlugins: Readonly<Record<string, PluginFiles>> = {
  mailer: plugin(
    'mailer',
    {
      displayName: 'Mailer',
      description: 'Sends mail for others.',
      author: 'Acme',
      permissions: ['network:smtp'],
      permissionDescriptions: { 'network:smtp': 'Talks to the mail server.' },
    },
    slowRoute,
  ),
  reports: plugin('reports', { displayName: 'Reports', dependencies: { mailer: '^1.0.0' } }),
  broken: plugin('broken', { displayName: 'Egg explorer' }, `throw new Error('The hen is away')`),
  lonely: plugin('lonely', { displayName: 'Lonely', dependencies: { friend: '^2.0.0' } }),
  shop: plugin('shop', {
    displayName: 'Shop',
    description: 'Sells things.',
    config: { title: { type: 'string', default: 'Shop' } },
  }),
};
