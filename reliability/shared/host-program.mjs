import { fileURLToPath } from 'node:url';
import { launchProgram, startProgram } from '../../bench/shared/child-process.mjs';

const program = fileURLToPath(new URL('serve.mjs', import.meta.url));

/** A machine that does much else at the same time may take long to make a database. */
const limitMs = 900_000;

/** Starts a real host, `input` says how, and waits until it listens. */
export function startHost(input, { execArgv = [], env } = {}) {
  return startProgram(program, input, { execArgv, limitMs, env });
}

/** Starts a real host without waiting. */
export function launchHost(input, { execArgv = [] } = {}) {
  return launchProgram(program, input, { execArgv, limitMs });
}

/** Arguments of Node for running it from the sources instead of what was built. */
export const fromSources = [
  '--conditions=@catalyst-plugins/source',
  '--import',
  new URL('../../prisma/test/support/register-typescript.mjs', import.meta.url).href,
];
