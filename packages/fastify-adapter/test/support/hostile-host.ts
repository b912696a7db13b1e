/** A server whose plugin `bad` has a package that does what it is asked to; prints its address. */
import { createPluginHost, type PluginHostOptions } from '@catalyst-plugins/core';
import Fastify from 'fastify';
import { catalystPlugins } from '../../src/index.ts';

const [pluginsDir = '', options = '{}'] = process.argv.slice(2);
const given = JSON.parse(options) as Partial<PluginHostOptions>;
const host = createPluginHost({ pluginsDir, stallWatch: false, releases: false, ...given });
const app = Fastify();
app.setErrorHandler((_error, _request, reply) => reply.code(500).send('an error of the host'));
await app.register(catalystPlugins, { host, admin: false });
app.get('/own', async () => ({ own: true }));
app.get('/fail', async () => {
  throw new Error('as it should');
});
app.get('/audit', async () => host.audit({ limit: 200 }));
process.on('SIGTERM', () => process.exit(15));
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
