import { expect } from 'vitest';
import { createMemoryStores, isPluginError } from '../../src/index.ts';
import { createTestHost, type PluginFiles, type PluginsFolder, type TestHost } from '../../src/testing/index.ts';
import { plugin } from './plugins.ts';
import { eventually } from './probe.ts';

/** What can be done to a plugin, or happen to it. */
export type Step = (typeof steps)[number];

export const steps = [
  'enable',
  'disable',
  'reload',
  'reload a bad version',
  'mend',
  'roll back',
  'configure',
  'crash',
  'let a minute pass',
  'revoke',
  'grant',
  'restart the host',
  'remove the folder',
  'put the folder back',
] as const;

/** What must be so, whatever the host does inside: a model of one plugin in a few variables. */
interface Model {
  present: boolean;
  wanted: boolean;
  /** Version of the files in the folder, and whether they can be loaded. */
  folder: { version: string; good: boolean };
  /** What answers; `undefined` while the plugin is off. */
  serving: string | undefined;
  /** Why what crashed does not answer. */
  down: 'retrying' | 'quarantined' | undefined;
  /** Those of the version that was live last. */
  crashes: { version: string; count: number };
  granted: boolean;
  size: number;
}

const permission = 'ledger.read';
const members = { config: { size: { type: 'integer', default: 0 } }, permissions: [permission] };

const goodFiles = (version: string): PluginFiles =>
  plugin(
    'demo',
    `export default { onLoad(ctx) {
      ctx.on('crash', () => void setTimeout(() => { throw new Error('crashed'); }));
      ctx.registerRoute({ method: 'GET', url: '/version', handler: () => '${version}' });
      ctx.registerRoute({ method: 'GET', url: '/rows', handler: () => ctx.db.ledger.count() });
    } };`,
    { version, ...members },
  );
const badFiles = (version: string): PluginFiles => plugin('demo', 'export default {{', { version, ...members });

/** The crash that is one too many, however much time passes. */
const crashBudget = { crashes: 2, withinMs: 86_400_000 };

async function attempt(given: Promise<unknown>): Promise<string | undefined> {
  try {
    await given;
    return undefined;
  } catch (error) {
    if (!isPluginError(error)) throw error;
    return error.code;
  }
}

/** A host with one plugin, and the model that the plugin must be like. */
export interface World {
  test: TestHost;
  readonly folder: PluginsFolder;
  readonly stores: ReturnType<typeof createMemoryStores>;
  readonly db: object;
  readonly model: Model;
  versions: number;
}

export async function createWorld(): Promise<World> {
  const [stores, db] = [createMemoryStores(), { ledger: { count: async () => 1 } }];
  const test = await createTestHost({ stores, db, crashBudget, plugins: { demo: goodFiles('1.0.0') } });
  const model: Model = {
    present: true,
    wanted: true,
    folder: { version: '1.0.0', good: true },
    serving: '1.0.0',
    down: undefined,
    crashes: { version: '1.0.0', count: 0 },
    granted: true,
    size: 0,
  };
  return { test, folder: test.folder, stores, db, model, versions: 0 };
}

/** Takes a step in the world, and in the model. */
export async function take(step: Step, world: World): Promise<void> {
  const { model, test } = world;
  if (step === 'restart the host') return restart(world);
  if (step === 'put the folder back') return putBack(world);
  if (step === 'remove the folder') {
    await world.folder.remove('demo');
    await test.host.rescan();
    Object.assign(model, { present: false, serving: undefined, down: undefined });
    return;
  }
  if (step === 'mend' || step === 'reload a bad version') {
    if (!model.present) return;
    await write(world, step === 'mend');
    return reload(world);
  }
  if (step === 'reload') return reload(world);
  if (step === 'crash') return crash(world);
  if (step === 'let a minute pass') return letAMinutePass(world);
  await command(step, world);
}

type Command = Extract<Step, 'enable' | 'disable' | 'configure' | 'revoke' | 'grant' | 'roll back'>;

async function command(step: Command, { test: { host }, model }: World): Promise<void> {
  const code = await attempt(
    {
      enable: () => host.enable('demo'),
      disable: () => host.disable('demo'),
      configure: () => host.updateConfig('demo', { size: model.size + 1 }),
      revoke: () => host.grants.change('demo', { revoke: [permission] }, { actor: 'ana' }),
      grant: () => host.grants.change('demo', { grant: [permission] }, { actor: 'ana' }),
      'roll back': () => host.rollback('demo'),
    }[step](),
  );
  if (!model.present) return expect(code, step).toBe('PLUGIN_NOT_FOUND');
  if (step === 'roll back') return rollBack(host, model, code);
  if (step === 'enable') return enable(host, model, code);
  expect(code, step).toBeUndefined();
  if (step === 'disable') Object.assign(model, { wanted: false, serving: undefined, down: undefined });
  else if (step === 'configure') model.size += 1;
  else model.granted = step === 'grant';
}

function enable(host: TestHost['host'], model: Model, code: string | undefined): void {
  if (model.serving !== undefined) return expect(code).toBeUndefined();
  // an administrator who wants it again forgives it
  model.crashes.count = 0;
  model.down = undefined;
  // a plugin that does not come up is wanted afterwards only if it was before
  if (code !== undefined) return expect(model.folder.good).toBe(false);
  model.wanted = true;
  goLive(model, host.summary('demo')?.version);
}

/** Which release that is, and whether there is one, is told by the host; it serves it then. */
function rollBack(host: TestHost['host'], model: Model, code: string | undefined): void {
  if (code === undefined && model.wanted) return goLive(model, host.summary('demo')?.version);
  if (code !== undefined && !['ROLLBACK_UNAVAILABLE', 'PLUGIN_QUARANTINED'].includes(code)) leaveQuarantine(model);
}

/** A release that came to nothing is what is wrong then. */
function leaveQuarantine(model: Model): void {
  if (model.down === 'quarantined') model.down = undefined;
}

function goLive(model: Model, version: string | undefined): void {
  Object.assign(model, { serving: version, down: undefined });
  if (version !== undefined && version !== model.crashes.version) model.crashes = { version, count: 0 };
}

async function write(world: World, good: boolean): Promise<void> {
  world.versions += 1;
  const version = `1.0.${world.versions}`;
  world.model.folder = { version, good };
  await world.folder.write('demo', good ? goodFiles(version) : badFiles(version));
}

async function reload({ test: { host }, model }: World): Promise<void> {
  const code = await attempt(host.reload('demo'));
  if (!model.present) return expect(code).toBe('PLUGIN_NOT_FOUND');
  if (!model.wanted) return;
  const { version, good } = model.folder;
  if (good && model.down === 'quarantined' && version === model.crashes.version)
    return expect(code).toBe('PLUGIN_QUARANTINED');
  if (good) {
    expect(code).toBeUndefined();
    return goLive(model, version);
  }
  expect(code).toBeDefined();
  leaveQuarantine(model);
}

async function crash({ test: { host }, model }: World): Promise<void> {
  const isServing = model.serving !== undefined;
  expect(host.emit('crash')).toBe(isServing ? 1 : 0);
  if (!isServing) return;
  model.crashes.count += 1;
  const down = model.crashes.count >= crashBudget.crashes ? 'quarantined' : 'retrying';
  Object.assign(model, { serving: undefined, down });
  await eventually(() => expect(host.summary('demo')?.state).toBe(down));
  await eventually(() => expect(host.inspect().generations).toBe(0));
}

/** Longer than any pause between two tries. */
async function letAMinutePass({ test: { host, clock }, model }: World): Promise<void> {
  clock.advance(60_000);
  if (model.down !== 'retrying') return;
  await eventually(() => expect(host.summary('demo')?.state).toMatch(/^(?:active|failed)$/));
  const { state, version } = host.summary('demo') ?? {};
  if (model.folder.good) expect(state).toBe('active');
  goLive(model, state === 'active' ? version : undefined);
}

async function putBack(world: World): Promise<void> {
  const { model, test } = world;
  if (model.present) return;
  await write(world, true);
  await test.host.rescan();
  model.present = true;
  if (model.wanted) goLive(model, model.folder.version);
}

async function restart(world: World): Promise<void> {
  const { model, folder, stores, db } = world;
  await world.test.expectNothingLeft();
  world.test = await createTestHost({ folder, stores, db, crashBudget });
  if (!model.present || !model.wanted) return;
  const { state, version } = world.test.host.summary('demo') ?? {};
  if (model.down === 'quarantined' && model.folder.version === model.crashes.version) return;
  if (model.folder.good) expect(state).toBe('active');
  // which release stands in for files that cannot be loaded is told by the host
  goLive(model, state === 'active' ? version : undefined);
}

export async function expectAsModelled({ test: { host, http }, model }: World): Promise<void> {
  const { present, wanted, serving, down, granted, size } = model;
  const summary = host.summary('demo');
  if (!present) return expect(summary).toBeUndefined();
  expect(summary?.enabled ?? false).toBe(wanted);
  if (down !== undefined) expect(summary?.state).toBe(down);
  if (serving === undefined) await expect(http.request('demo', 'GET', '/version')).rejects.toThrow();
  else {
    expect(await http.request('demo', 'GET', '/version')).toBe(serving);
    expect(await attempt(http.request('demo', 'GET', '/rows'))).toBe(granted ? undefined : 'PERMISSION_DENIED');
  }
  if (summary && summary.state !== 'failed') expect(host.get('demo')?.config['size']).toBe(size);
  const { permissions } = host.grants.describe('demo');
  expect(permissions.map(({ state }) => state)).toEqual([granted ? 'granted' : 'revoked']);
}
