import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createMemoryStores, isPluginError } from '../src/index.ts';
import { createTestHost, type PluginsFolder, type TestHost } from '../src/testing/index.ts';
import { answering, plugin } from './support/plugins.ts';
import { eventually } from './support/probe.ts';
import { fuzzing } from './support/fuzzing.ts';

type Step =
  | 'enable'
  | 'disable'
  | 'reload'
  | 'reload a bad version'
  | 'mend'
  | 'roll back'
  | 'configure'
  | 'restart the host'
  | 'remove the folder'
  | 'put the folder back';

const steps = fc.constantFrom<Step>(
  ...(['enable', 'disable', 'reload', 'reload a bad version', 'mend', 'roll back'] as const),
  ...(['configure', 'restart the host', 'remove the folder', 'put the folder back'] as const),
);

/** What must be so, whatever the host does inside: a model of one plugin in a few variables. */
interface Model {
  present: boolean;
  wanted: boolean;
  /** Version of the files in the folder, and whether they can be loaded. */
  folder: { version: string; good: boolean };
  /** What answers; `undefined` while the plugin is off. */
  serving: string | undefined;
  size: number;
}

const config = { size: { type: 'integer', default: 0 } };
const files = (version: string) => answering('demo', version, { version, config });
const badFiles = (version: string) => plugin('demo', 'export default {{', { version, config });

interface World {
  test: TestHost;
  readonly folder: PluginsFolder;
  readonly stores: ReturnType<typeof createMemoryStores>;
  versions: number;
}

async function attempt(given: Promise<unknown>): Promise<string | undefined> {
  try {
    await given;
    return undefined;
  } catch (error) {
    if (!isPluginError(error)) throw error;
    return error.code;
  }
}

/** Takes a step in the world, and in the model. */
async function take(step: Step, world: World, model: Model): Promise<void> {
  const { host } = world.test;
  if (step === 'remove the folder') {
    await world.folder.remove('demo');
    await host.rescan();
    Object.assign(model, { present: false, serving: undefined });
    return;
  }
  if (step === 'put the folder back') return putBack(world, model);
  if (step === 'restart the host') return restart(world, model);
  if (step === 'mend' || step === 'reload a bad version') {
    if (!model.present) return;
    world.versions += 1;
    model.folder = { version: `1.0.${world.versions}`, good: step === 'mend' };
    await world.folder.write('demo', model.folder.good ? files(model.folder.version) : badFiles(model.folder.version));
    await reload(world, model);
    return;
  }
  if (step === 'reload') return reload(world, model);
  await command(step, world, model);
}

async function command(step: Step, { test: { host } }: World, model: Model): Promise<void> {
  if (step === 'enable') {
    const code = await attempt(host.enable('demo'));
    if (!model.present) return expect(code).toBe('PLUGIN_NOT_FOUND');
    // a plugin that does not come up is wanted afterwards only if it was before
    if (code !== undefined) return;
    model.wanted = true;
    model.serving ??= await answer(host, model);
    return;
  }
  if (step === 'disable') {
    const code = await attempt(host.disable('demo'));
    if (!model.present) return expect(code).toBe('PLUGIN_NOT_FOUND');
    expect(code).toBeUndefined();
    Object.assign(model, { wanted: false, serving: undefined });
    return;
  }
  if (step === 'configure') {
    const size = model.size + 1;
    const code = await attempt(host.updateConfig('demo', { size }));
    if (code === undefined) model.size = size;
    return;
  }
  const code = await attempt(host.rollback('demo'));
  // which release that is, and whether there is one, is told by the host; it serves it then
  if (code === undefined && model.wanted) model.serving = host.summary('demo')?.version;
}

async function answer(host: TestHost['host'], model: Model): Promise<string | undefined> {
  await eventually(() => expect(host.summary('demo')?.state).toBe('active'));
  return host.summary('demo')?.version ?? model.folder.version;
}

async function reload({ test: { host } }: World, model: Model): Promise<void> {
  const code = await attempt(host.reload('demo'));
  if (!model.present) return expect(code).toBe('PLUGIN_NOT_FOUND');
  if (!model.wanted) return;
  if (model.folder.good) {
    expect(code).toBeUndefined();
    model.serving = model.folder.version;
  } else expect(code).toBeDefined();
}

async function putBack(world: World, model: Model): Promise<void> {
  if (model.present) return;
  world.versions += 1;
  model.folder = { version: `1.0.${world.versions}`, good: true };
  await world.folder.write('demo', files(model.folder.version));
  await world.test.host.rescan();
  Object.assign(model, { present: true, serving: model.wanted ? model.folder.version : undefined });
}

async function restart(world: World, model: Model): Promise<void> {
  await world.test.expectNothingLeft();
  world.test = await createTestHost({ folder: world.folder, stores: world.stores });
  const { host } = world.test;
  if (model.present && model.wanted && host.summary('demo')?.state === 'active')
    model.serving = host.summary('demo')?.version;
  else if (model.present && model.wanted) model.serving = undefined;
}

async function expectAsModelled({ test: { host, http } }: World, model: Model): Promise<void> {
  const summary = host.summary('demo');
  if (!model.present) return expect(summary).toBeUndefined();
  expect(summary?.enabled ?? false).toBe(model.wanted);
  if (model.serving !== undefined) expect(await http.request('demo', 'GET', '/version')).toBe(model.serving);
  else await expect(http.request('demo', 'GET', '/version')).rejects.toThrow();
  if (summary && summary.state !== 'failed') expect(host.get('demo')?.config['size']).toBe(model.size);
}

it('commands in any order leave the plugin as a small model of it says, and nothing behind', async () => {
  const property = fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 12 }), async (sequence) => {
    const stores = createMemoryStores();
    const test = await createTestHost({ stores, plugins: { demo: files('1.0.0') } });
    const world: World = { test, folder: test.folder, stores, versions: 0 };
    const model: Model = {
      present: true,
      wanted: true,
      folder: { version: '1.0.0', good: true },
      serving: '1.0.0',
      size: 0,
    };
    try {
      for (const step of sequence) {
        await take(step, world, model);
        await expectAsModelled(world, model);
      }
      await world.test.expectNothingLeft();
    } finally {
      await test[Symbol.asyncDispose]();
    }
  });
  await fc.assert(property, fuzzing('commands', 15));
}, 3_600_000);
