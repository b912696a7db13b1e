import { describe, expect, it } from 'vitest';
import { createPluginHost } from '../src/index.ts';
import { createManualClock, createTestHost, type TestHost } from '../src/testing/index.ts';
import { fragileStores } from './support/fragile-stores.ts';
import { answering } from './support/plugins.ts';
import { eventually } from './support/probe.ts';

interface Idle extends AsyncDisposable {
  readonly test: TestHost;
  readonly stores: ReturnType<typeof fragileStores>;
  /** How many questions there were since the host came up. */
  asked(): number;
  /** Lets time pass as it does, in small steps between which answers arrive. */
  pass(ms: number): Promise<void>;
  isAvailable(): boolean;
}

/** A host whose plugin is off and whom nobody asks anything. */
async function idle(storeCheckMs: number | false = 3_000): Promise<Idle> {
  const stores = fragileStores();
  const test = await createTestHost({ stores, plugins: { on: answering('on', '1') }, storeCheckMs });
  await test.host.disable('on');
  await test.host.audit({ limit: 1 });
  let asked = 0;
  stores.down = (member) => {
    if (member === 'get') asked += 1;
    return false;
  };
  return {
    test,
    stores,
    asked: () => asked,
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 250) {
        test.clock.advance(250);
        await new Promise(setImmediate);
      }
    },
    isAvailable: () => test.host.condition().store.available,
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  };
}

describe('a host with nothing to do', () => {
  it('knows after three seconds that its store is gone, and a second after its return that it is back, every time', async () => {
    await using host = await idle();
    const { test, stores } = host;
    for (let time = 0; time < 3; time += 1) {
      stores.down = () => true;
      await host.pass(3_000);
      expect(test.host.condition().store).toMatchObject({
        available: false,
        reason: { code: 'STORE_UNAVAILABLE', message: 'connection refused' },
      });
      expect(test.host.health.overall().status).toBe('degraded');
      stores.down = () => false;
      await host.pass(1_000);
      await eventually(() => expect(host.isAvailable()).toBe(true));
      await eventually(() => expect(test.host.health.overall().status).toBe('healthy'));
    }
    await test.expectNothingLeft();
  });

  it('asks one thing every three seconds, and nothing while the store answers others', async () => {
    await using host = await idle();
    await host.pass(30_000);
    expect(host.asked()).toBe(10);
    for (let second = 0; second < 30; second += 1) {
      await host.test.host.audit({ limit: 1 });
      await host.pass(1_000);
    }
    expect(host.asked()).toBe(10);
    await host.pass(3_000);
    expect(host.asked()).toBe(11);
    await host.test.expectNothingLeft();
    await host.pass(30_000);
    expect(host.asked()).toBe(11);
  });

  it('does not wait for ever for a store that says nothing at all', async () => {
    await using host = await idle();
    const { plugins } = host.stores;
    const get = plugins.get.bind(plugins);
    plugins.get = () => new Promise(() => undefined);
    await host.pass(3_000);
    expect(host.isAvailable()).toBe(true);
    await host.pass(10_000);
    expect(host.test.host.condition().store).toMatchObject({
      available: false,
      reason: { code: 'STORE_UNAVAILABLE', message: expect.stringContaining('10') as string },
    });
    plugins.get = get;
    await host.pass(4_000);
    expect(host.isAvailable()).toBe(true);
    await host.test.expectNothingLeft();
  });

  it('does not call a store gone that is slow with one answer and gives others', async () => {
    await using host = await idle();
    const { plugins } = host.stores;
    plugins.get = () => new Promise(() => undefined);
    await host.pass(12_000);
    await host.test.host.audit({ limit: 1 });
    await host.pass(2_000);
    expect(host.isAvailable()).toBe(true);
    await host.test.expectNothingLeft();
  });

  it('asks nothing when it shall not, nor of a store in memory that is its own', async () => {
    await using host = await idle(false);
    await host.pass(30_000);
    expect(host.asked()).toBe(0);
    await host.test.expectNothingLeft();
    const clock = createManualClock();
    const { directory: pluginsDir } = host.test.folder;
    const quiet = { health: false, metrics: false, audit: { keepDays: false }, stallWatch: false } as const;
    const own = createPluginHost({ ...quiet, pluginsDir, clock, releases: false, logger: host.test.logger });
    await own.start();
    await own.audit({ limit: 1 });
    expect(clock.pending()).toBe(0);
    await own.stop();
  });
});

it.each([-1, Number.NaN, 2 ** 31])('a host refuses to ask its store every %d ms', (storeCheckMs) => {
  expect(() => createPluginHost({ pluginsDir: '/nowhere', storeCheckMs })).toThrow('storeCheckMs');
});
