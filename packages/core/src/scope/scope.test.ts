import { describe, expect, it, vi } from 'vitest';
import { Scope } from './scope.ts';

function setUp() {
  const log: string[] = [];
  const onFailure = vi.fn<(label: string, error: unknown) => void>();
  const scope = new Scope('demo', onFailure);
  const register = (name: string) =>
    scope.whenLive(
      name,
      () => {
        log.push(`start ${name}`);
        return () => void log.push(`stop ${name}`);
      },
      () => void log.push(`dispose ${name}`),
    );
  return { log, onFailure, scope, register };
}

describe('a scope', () => {
  it('starts nothing before it is published, then everything in order, and stops the last one first', () => {
    const { log, scope, register } = setUp();
    register('a');
    register('b');
    expect(log).toEqual([]);
    scope.publish();
    expect(log).toEqual(['start a', 'start b']);
    scope.withdraw();
    expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a']);
  });

  it('publishes and withdraws each entry once, however often it is told to', () => {
    const { log, scope, register } = setUp();
    register('a');
    scope.publish();
    scope.publish();
    scope.withdraw();
    scope.withdraw();
    expect(log).toEqual(['start a', 'stop a']);
  });

  it('stops what it started when one entry cannot start, and passes the error on', () => {
    const { log, scope, register } = setUp();
    register('a');
    scope.whenLive('bad', () => {
      throw new Error('no port');
    });
    register('c');
    expect(() => scope.publish()).toThrow('no port');
    expect(log).toEqual(['start a', 'stop a']);
    expect(scope.isLive).toBe(false);
  });

  it('starts a late entry at once, and forgets it when it cannot start', () => {
    const { log, scope, register } = setUp();
    scope.publish();
    register('late');
    expect(log).toEqual(['start late']);
    expect(() =>
      scope.whenLive('bad', () => {
        throw new Error('no port');
      }),
    ).toThrow('no port');
    expect(scope.describe().map(({ label }) => label)).toEqual(['late']);
  });

  it('keeps what was loaded and releases what was enabled at the end of the enabled phase', async () => {
    const { log, scope, register } = setUp();
    register('loaded');
    scope.beginEnabled();
    register('enabled');
    scope.publish();
    await scope.endEnabled();
    expect(scope.describe()).toEqual([{ label: 'loaded', phase: 'loaded', live: false }]);
    expect(log).toEqual(['start loaded', 'start enabled', 'stop enabled', 'stop loaded', 'dispose enabled']);
    scope.beginEnabled();
    scope.publish();
    expect(scope.describe()).toEqual([{ label: 'loaded', phase: 'loaded', live: true }]);
  });

  it('undoes one registration once, live or not', () => {
    const { log, scope, register } = setUp();
    const undoQuiet = register('quiet');
    undoQuiet();
    scope.publish();
    const undo = register('a');
    undo();
    undo();
    expect(log).toEqual(['dispose quiet', 'start a', 'stop a', 'dispose a']);
    expect(scope.describe()).toEqual([]);
  });

  it('disposes everything although a stop throws, a disposer throws and another one rejects', async () => {
    const { log, onFailure, scope, register } = setUp();
    register('first');
    scope.whenLive('bad stop', () => () => {
      throw new Error('stop');
    });
    scope.own('bad disposer', () => {
      throw new Error('sync');
    });
    scope.own('rejecting disposer', () => Promise.reject(new Error('async')));
    scope.publish();
    await scope.dispose();
    expect(log).toEqual(['start first', 'stop first', 'dispose first']);
    expect(onFailure.mock.calls.map(([label]) => label)).toEqual(['bad stop', 'rejecting disposer', 'bad disposer']);
    expect(scope.describe()).toEqual([]);
  });

  it('refuses registrations and publishing after it was disposed', async () => {
    const { scope, register } = setUp();
    await scope.dispose();
    for (const late of [() => register('late'), () => scope.own('late', () => undefined), () => scope.publish()]) {
      expect(late).toThrow(expect.objectContaining({ code: 'SCOPE_CLOSED', plugin: 'demo' }));
    }
  });

  it('refuses registrations between disable and the next enable, and takes them again afterwards', async () => {
    const { scope, register } = setUp();
    scope.beginEnabled();
    await scope.endEnabled();
    expect(() => register('late')).toThrow(expect.objectContaining({ code: 'SCOPE_CLOSED' }));
    scope.beginEnabled();
    register('in time');
    expect(scope.describe()).toHaveLength(1);
  });
});
