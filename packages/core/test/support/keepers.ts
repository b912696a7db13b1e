import type { Collection, PluginContext } from '../../src/index.ts';
import { createTestHost, type TestHost, type TestHostOptions } from '../../src/testing/index.ts';
import { plugin } from './plugins.ts';
import { createProbe } from './probe.ts';

/** A plugin that hands its context out under its name. */
export const keeper = (name: string, members: object = {}) =>
  plugin(name, `export default { onLoad(ctx) { ctx.db.kept['${name}'] = ctx; } };`, members);

/** A host with the keepers `demo` and `other`, and what they hand out. */
export async function createKeeperHost(
  options: TestHostOptions = {},
): Promise<TestHost & { context(name: string): PluginContext; things(name?: string): Collection }> {
  const probe = createProbe();
  const plugins = { demo: keeper('demo'), other: keeper('other') };
  const test = await createTestHost({ db: probe, plugins, ...options });
  const context = (name: string): PluginContext => probe.kept[name] as PluginContext;
  const things = (name = 'demo'): Collection => context(name).collection('things');
  return Object.assign(test, { context, things });
}
