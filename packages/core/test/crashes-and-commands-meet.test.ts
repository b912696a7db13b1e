import { describe, expect, it } from 'vitest';
import { createTestHost, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';

/** Answers slowly, and crashes when the host says `crash`. */
const demo = (version: string, members: object = {}, hooks = ''): PluginFiles =>
  plugin(
    'demo',
    `export default { ${hooks} onLoad(ctx) {
      ctx.db.kept['${version}'] = () => { throw new Error('lost'); };
      ctx.on('crash', () => void setTimeout(() => { throw new Error('crashed'); }));
      ctx.registerRoute({ method: 'GET', url: '/version', handler: () => '${version}' });
      ctx.registerRoute({ method: 'GET', url: '/slow', handler: () => ctx.db.wait('slow') });
    } };`,
    { version, ...members },
  );

const restart = { reload: 'restart' };

interface Busy extends TestHost {
  readonly probe: Probe;
  /** Resolves when the request is answered that is in flight. */
  readonly slow: Promise<unknown>;
}

/** A plugin with a request in flight. */
async function setUpBusy(members: object = {}): Promise<Busy> {
  const probe = createProbe();
  const test = await createTestHost({ db: probe, plugins: { demo: demo('1.0.0', members) } });
  const slow = test.http.request('demo', 'GET', '/slow');
  await eventually(() => expect(probe.waiting('slow')).toBe(1));
  return Object.assign(test, { probe, slow });
}

/** Lets the plugin throw in a timer; resolves when it does, which may be after everything else. */
const crashSoon = ({ probe }: { readonly probe: Probe }): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(() => {
      resolve();
      (probe.kept['1.0.0'] as () => void)();
    });
  });

const isDraining = ({ host }: TestHost): Promise<void> =>
  eventually(() => expect(host.operations.get('it')).toMatchObject({ status: 'running', phase: 'draining' }));

const end = async ({ probe, slow, expectNothingLeft }: Busy): Promise<void> => {
  probe.release('slow');
  await slow;
  await expectNothingLeft();
};

describe('a generation that crashes while it drains', () => {
  it('for one that must not run beside it leaves the field to that one', async () => {
    await using test = await setUpBusy(restart);
    await test.folder.write('demo', demo('2.0.0', restart));
    const reloaded = test.host.reload('demo', { operationId: 'it' });
    await isDraining(test);
    const crashed = crashSoon(test);
    await reloaded;
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', version: '2.0.0', lastFailure: null });
    expect(test.host.operations.get('it')).toMatchObject({ status: 'succeeded', drain: { inFlight: 0 } });
    await crashed;
    await end(test);
  });

  it('when its drain is forced comes back fresh if the next one is not healthy', async () => {
    await using test = await setUpBusy(restart);
    await test.folder.write('demo', demo('2.0.0', restart, 'health() { return false; },'));
    const reloaded = rejection(test.host.reload('demo', { operationId: 'it' }));
    await isDraining(test);
    test.host.operations.force('it', 'anna');
    const crashed = crashSoon(test);
    expect(await reloaded).toMatchObject({ code: 'HEALTH_FAILED' });
    expect(await test.http.request('demo', 'GET', '/version')).toBe('1.0.0');
    expect(test.host.operations.get('it')).toMatchObject({ status: 'failed', drain: { forcedBy: 'anna' } });
    await crashed;
    await end(test);
  });

  it('in the background ends the operation, also when the host stops', async () => {
    await using test = await setUpBusy();
    await test.folder.write('demo', demo('2.0.0'));
    await test.host.reload('demo', { operationId: 'it' });
    await isDraining(test);
    const stopped = test.host.stop();
    const crashed = crashSoon(test);
    await stopped;
    expect(test.host.operations.get('it')).toMatchObject({ status: 'succeeded', phase: 'ended' });
    await crashed;
    await end(test);
  });
});

describe('a command in the moment of a crash', () => {
  it.each([
    ['disable', 'disabled'],
    ['reload', 'active'],
    ['enable', 'retrying'],
  ] as const)('%s leads to the state %s', async (command, state) => {
    const probe = createProbe();
    await using test = await createTestHost({ db: probe, plugins: { demo: demo('1.0.0') } });
    const commanded = new Promise<void>((resolve) => {
      const off = test.host.on('plugin:crashed', () => {
        off();
        resolve(test.host[command]('demo', { operationId: 'it' }));
      });
    });
    test.host.emit('crash');
    await commanded;
    await eventually(() => expect(test.host.inspect().generations).toBe(state === 'active' ? 1 : 0));
    expect(test.host.summary('demo')?.state).toBe(state);
    expect(test.host.operations.get('it')).toMatchObject({ status: 'succeeded' });
    await test.expectNothingLeft();
  });

  it('enable starts a plugin afresh that was disabled and still loaded', async () => {
    const probe = createProbe();
    await using test = await createTestHost({ db: probe, plugins: { demo: demo('1.0.0') } });
    await test.host.disable('demo');
    const enabled = new Promise<void>((resolve) => {
      const off = test.host.on('plugin:crashed', () => {
        off();
        resolve(test.host.enable('demo'));
      });
    });
    setTimeout(probe.kept['1.0.0'] as () => void);
    await enabled;
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', generation: 2, lastFailure: null });
    expect(test.host.inspect().generations).toBe(1);
    await test.expectNothingLeft();
  });
});

describe('a command to a plugin whose folder is gone', () => {
  it('to disable it counts when the folder comes back', async () => {
    await using test = await setUpBusy();
    await test.folder.remove('demo');
    const unloaded = test.host.rescan();
    await eventually(() => expect(test.host.summary('demo')?.state).toBe('unloading'));
    const disabled = test.host.disable('demo');
    test.probe.release('slow');
    await Promise.all([disabled, unloaded]);
    await test.folder.write('demo', demo('1.0.0'));
    await test.host.rescan();
    expect(test.host.summary('demo')).toMatchObject({ state: 'disabled', enabled: false });
    await end(test);
  });
});
