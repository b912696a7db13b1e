import { describe, expect, it } from 'vitest';
import { runTypescript, type Ended } from './support/run-typescript.ts';

/** Runs the application; what differs from run to run is left out of its output. */
async function run(company: string, [act, listeners, flag]: Case): Promise<Ended> {
  const flags = flag === '' ? [] : [flag];
  const ended = await runTypescript('./host-application.ts', [company, act, listeners], flags);
  const stderr = ended.stderr
    .replaceAll(/node:\d+/g, 'node:pid')
    .replaceAll(/\/tmp\/catalyst-plugins-\w+|\/nowhere/g, '')
    // listeners are called through one function more
    .replaceAll(/ +at process\.emit .*uncaught-errors.*\n/g, '');
  return { ...ended, stderr };
}

type Case = readonly [act: string, listeners: string, flag: string, exitCode: number];

/** Each: what the application does, to what it listens, a flag of Node, and the exit code. */
const cases: readonly Case[] = [
  ['throw an error', '', '', 1],
  ['throw null', '', '', 1],
  ['throw text', '', '', 1],
  ['throw a frozen object', '', '', 1],
  ['throw an error whose stack throws', '', '', 1],
  ['throw an error that speaks of the plugins folder', '', '', 1],
  ['reject with an error', '', '', 1],
  ['reject with nothing', '', '', 1],
  ['reject with an object', '', '', 1],
  ['throw an error', 'exception', '', 0],
  ['throw null', 'exception', '', 0],
  ['reject with an error', 'exception', '', 0],
  ['reject with an error', 'rejection', '', 0],
  ['reject with nothing', 'rejection exception', '', 0],
  ['throw an error', 'monitor', '', 1],
  ['throw an error', 'capture', '', 0],
  ['throw an error', 'faulty', '', 7],
  ['reject with an error', '', '--unhandled-rejections=strict', 1],
  ['reject with an error', 'exception rejection', '--unhandled-rejections=strict', 0],
  ['reject with an error', '', '--unhandled-rejections=warn', 0],
  ['reject with an error', '', '--unhandled-rejections=none', 0],
  ['reject with an error', '', '--unhandled-rejections=warn-with-error-code', 1],
];

describe('an error that no plugin is to blame for', () => {
  it.each(cases)('%s, heard by "%s" %s: ends as without a plugin host, exit code %i', async (...parameters) => {
    const [alone, hosted] = await Promise.all([run('alone', parameters), run('with plugins', parameters)]);
    const [, , , exitCode] = parameters;
    expect(alone.exitCode).toBe(exitCode);
    expect(hosted).toEqual(alone);
  });
});
