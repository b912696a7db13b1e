import path from 'node:path';
import { expect } from 'vitest';
import { createTestHost, type TestHost, type TestHostOptions } from '../../src/testing/index.ts';
import { answering } from './plugins.ts';
import { eventually } from './probe.ts';

/** A plugin whose answer is put together from its entry, an imported file and a file three folders down. */
export const layered = {
  'index.js': `import { word } from './lib/word.js';
    import { deep } from './a/b/c/deep.js';
    export default { onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/version', handler: () => ['entry', word, deep].join(' ') }); } };`,
  'lib/word.js': "export const word = 'word';",
  'a/b/c/deep.js': "export const deep = 'deep';",
};

export async function watching(
  options: TestHostOptions = {},
): Promise<TestHost & { at: (...names: string[]) => string; reloads: () => number }> {
  const test = await createTestHost({ watch: true, plugins: { demo: layered }, ...options });
  const at = (...names: string[]): string => path.join(test.folder.directory, ...names);
  const reloads = (): number =>
    test.host.events.since(0)?.filter(({ type }) => type.startsWith('plugin:reload')).length ?? 0;
  return Object.assign(test, { at, reloads });
}

export const expectVersion = (test: TestHost, version: string, name = 'demo'): Promise<void> =>
  eventually(async () => expect(await test.http.request(name, 'GET', '/version')).toBe(version));

/** A change of another plugin that is taken over proves that the watcher has seen everything before it. */
export async function untilWatcherIsDone(test: TestHost): Promise<void> {
  const name = `beacon-${Math.random().toString(36).slice(2, 8)}`;
  await test.folder.write(name, answering(name, 'seen'));
  await expectVersion(test, 'seen', name);
}
