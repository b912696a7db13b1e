import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

// One file for both sides: the host reads it through the plugin's entry, bare Fastify imports it from the same folder.
const routesFile = `
const board = { type: 'object', properties: { id: { type: 'string' }, title: { type: 'string' }, rows: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' }, players: { type: 'integer' }, online: { type: 'boolean' } } } } } };
const server = { type: 'object', required: ['name', 'players', 'note'], properties: { name: { type: 'string' }, players: { type: 'integer' }, tags: { type: 'array', items: { type: 'string' } }, note: { type: 'string' } } };
const rows = [{ name: 'alpha', players: 12, online: true }, { name: 'beta', players: 0, online: false }, { name: 'gamma', players: 7, online: true }];

export const routes = [
  { method: 'GET', url: '/status', handler: async () => ({ status: 'ok', uptime: 42, online: true }) },
  {
    method: 'GET',
    url: '/boards/:id',
    schema: { response: { 200: board } },
    handler: async (request) => ({ id: request.params.id, title: 'Servers', rows }),
  },
  {
    method: 'POST',
    url: '/servers',
    schema: { body: server, response: { 200: { type: 'object', properties: { name: { type: 'string' }, accepted: { type: 'boolean' }, length: { type: 'integer' } } } } },
    handler: async ({ body }) => ({ name: body.name, accepted: true, length: body.note.length }),
  },
  { method: 'GET', url: '/servers', handler: async () => rows },
  { method: 'DELETE', url: '/boards/:id', handler: async (request) => ({ gone: request.params.id }) },
];
`;

const entryFile = `
import { routes } from './routes.js';

export default {
  async onLoad(ctx) {
    for (const route of routes) ctx.registerRoute(route);
  },
};
`;

/** The name of the plugin with this index. */
export function pluginName(index) {
  return `plugin-${String(index).padStart(4, '0')}`;
}

/** Writes that many plugins of five routes each into a temporary folder. */
export async function writePlugins(count) {
  const directory = await realpath(await mkdtemp(path.join(os.tmpdir(), 'catalyst-bench-')));
  for (let index = 0; index < count; index += 1) {
    const name = pluginName(index);
    const folder = path.join(directory, name);
    await mkdir(folder);
    const manifest = { name, version: '1.0.0', backend: { entry: 'index.js' } };
    await writeFile(path.join(folder, 'plugin.json'), JSON.stringify(manifest));
    await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(path.join(folder, 'index.js'), entryFile);
    await writeFile(path.join(folder, 'routes.js'), routesFile);
  }
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
