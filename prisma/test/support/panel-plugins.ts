import { createTestHost, manifestOf, type TestHost, type TestHostOptions } from '@catalyst-plugins/core/testing';
import type { PanelClient, PanelMethods } from './panel.ts';

/** What a plugin has as `ctx.db`. */
export type PluginDatabase = PanelClient & PanelMethods;

/** Starts a host with one plugin for each name and list of permissions, and tells what each has as `ctx.db`. */
export async function openPluginDatabases<Name extends string>(
  permissions: Readonly<Record<Name, readonly string[]>>,
  options: TestHostOptions,
): Promise<{ test: TestHost; db: Record<Name, PluginDatabase> }> {
  const names = Object.keys(permissions) as Name[];
  const code = `export default { onEnable(ctx) { ctx.emit('database of ' + ctx.manifest.name, { db: ctx.db }); } };`;
  const plugins = Object.fromEntries(
    names.map((name) => [
      name,
      { 'plugin.json': manifestOf(name, { permissions: permissions[name] }), 'index.js': code },
    ]),
  );
  const test = await createTestHost({ ...options, plugins, start: false });
  const db = {} as Record<Name, PluginDatabase>;
  const listening = names.map((name) =>
    test.host.on(`database of ${name}`, (data) => {
      db[name] = (data as { db: PluginDatabase }).db;
    }),
  );
  await test.host.start();
  for (const stop of listening) stop();
  return { test, db };
}
