/** A host whose plugins go wrong one after the other, in every way there is; prints a line of JSON for each. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { createTestHost, createPluginsFolder } from '../../src/testing/index.ts';
import { faultKinds, sharedPackage } from './fault-kinds.ts';
import { answering, plugin } from './plugins.ts';

const imports = `
import fs from 'node:fs';
import net from 'node:net';
import http from 'node:http';
import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import shared from 'shared-package';
`;

const kinds = Object.entries(faultKinds);
const nameOf = (index: number): string => `bad-${index}`;
const entry = (body: string): string =>
  `${imports}export default { onEnable(ctx) { ctx.on('go ' + ctx.manifest.name, () => { ${body} }); } };`;
const bad = Object.fromEntries(kinds.map(([, body], index) => [nameOf(index), plugin(nameOf(index), entry(body))]));
const folder = await createPluginsFolder({ ...bad, good: answering('good', 'fine') });
await folder.write('node_modules/shared-package', { 'index.js': sharedPackage, 'package.json': { main: 'index.js' } });
const shared = createRequire(path.join(folder.directory, 'host.js'))('shared-package') as { tick(): void };
const { host, http, logger, scheduler } = await createTestHost({ folder });

/** In the context of the host, where emitters and queues lose that of the plugin. */
async function poke(): Promise<void> {
  setImmediate(() => shared.tick());
  host.emit('host tick');
  scheduler.tick();
  await new Promise((resolve) => setTimeout(resolve, 5));
}

for (const [index, [kind]] of kinds.entries()) {
  const name = nameOf(index);
  host.emit(`go ${name}`);
  const recorded = () => logger.lines.filter(({ level, details }) => level === 'error' && details['plugin'] === name);
  for (let turn = 0; turn < 400 && recorded().length === 0; turn += 1) await poke();
  const audit = await host.audit({ plugin: name, limit: 100 });
  const line = JSON.stringify({
    kind,
    state: host.summary(name)?.state,
    message: recorded()[0]?.message,
    audited: ['plugin:crashed', 'plugin:error'].find((wanted) => audit.some(({ type }) => type === wanted)),
    good: await http.request('good', 'GET', '/version'),
    others: kinds.slice(index + 1).every((_kind, later) => host.summary(nameOf(index + 1 + later))?.state === 'active'),
  });
  process.stdout.write(`${line}\n`);
}
await host.stop();
await folder[Symbol.asyncDispose]();
process.exit();
