import { fileURLToPath } from 'node:url';

/** The program that is a real host. */
export const hostProgram = fileURLToPath(new URL('serve.mjs', import.meta.url));

/** Arguments of Node for running it from the sources instead of what was built. */
export const fromSources = [
  '--conditions=@catalyst-plugins/source',
  '--import',
  new URL('../../prisma/test/support/register-typescript.mjs', import.meta.url).href,
];
