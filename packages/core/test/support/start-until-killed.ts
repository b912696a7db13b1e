/** A process that starts a host on a folder of plugins, prints a line of JSON when that worked, and ends without a stop. */
import { createPluginHost } from '../../src/index.ts';
import { createMemoryLogger } from '../../src/testing/index.ts';

const [pluginsDir = ''] = process.argv.slice(2);
const host = createPluginHost({ pluginsDir, releases: false, logger: createMemoryLogger() });
await host.start();
const states = host.status().map(({ name, state, reason }) => [name, { state, code: reason?.code ?? null }]);
const quarantines = await host.audit({ type: 'plugin:quarantined' });
const line = { states: Object.fromEntries(states), quarantines: quarantines.map(({ plugin, data }) => [plugin, data]) };
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.kill(process.pid, 'SIGKILL'));
