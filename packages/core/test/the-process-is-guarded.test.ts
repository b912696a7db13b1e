import { describe, expect, it } from 'vitest';
import { createTestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { rejection } from './support/probe.ts';

const acting = (body: string): string => `export default {
  onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/act', handler: async () => { ${body} } }); },
};`;

const members = ['exit', 'reallyExit', 'abort', 'kill', 'chdir', 'removeAllListeners', '_getActiveHandles'] as const;
const membersNow = (): unknown[] => members.map((member) => Object.getOwnPropertyDescriptor(process, member)?.value);

describe('the process of a host', () => {
  it('cannot be ended by a plugin, who is told why; the audit log has a line a minute', async () => {
    await using test = await createTestHost({ plugins: { bad: plugin('bad', acting('process.exit(1);')) } });
    for (let time = 0; time < 3; time += 1) {
      const refusal = await rejection(test.http.request('bad', 'GET', '/act'));
      expect(refusal).toMatchObject({
        code: 'PROCESS_PROTECTED',
        message: expect.stringMatching(/"bad".*process\.exit/),
      });
    }
    const [denied, ...others] = await test.host.audit({ plugin: 'bad', type: 'plugin:permission-denied' });
    expect(denied?.data).toMatchObject({ permission: 'process', operation: 'process.exit' });
    expect(others).toEqual([]);
    await test.expectNothingLeft();
  });

  it('may be asked by a plugin whether it runs, and a plugin may end what it started itself', async () => {
    const body = `
      const { spawn } = await import('node:child_process');
      const child = spawn('sleep', ['60']);
      process.kill(process.pid, 0);
      process.kill(child.pid, 'SIGKILL');
      return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));`;
    await using test = await createTestHost({ plugins: { tidy: plugin('tidy', acting(body)) } });
    expect(await test.http.request('tidy', 'GET', '/act')).toBe('SIGKILL');
  });

  it('hears signals that nobody emitted, also where a plugin was the first to listen', async () => {
    const body = `
      return new Promise((resolve) => process.once('SIGUSR2', () => resolve('heard')));`;
    await using test = await createTestHost({ plugins: { keen: plugin('keen', acting(body)) } });
    const heard = test.http.request('keen', 'GET', '/act');
    process.kill(process.pid, 'SIGUSR2');
    expect(await heard).toBe('heard');
  });

  it('is as it was once the last of its hosts has stopped', async () => {
    const before = membersNow();
    const first = await createTestHost();
    const second = await createTestHost();
    const guarded = membersNow();
    expect(guarded.every((member, index) => member !== before[index])).toBe(true);
    await first.expectNothingLeft();
    expect(membersNow()).toEqual(guarded);
    await second.expectNothingLeft();
    expect(membersNow()).toEqual(before);
  });

  it('is left alone by a host that is told so', async () => {
    const before = membersNow();
    await using test = await createTestHost({ guard: false });
    expect(test.host.status()).toEqual([]);
    expect(membersNow()).toEqual(before);
  });
});
