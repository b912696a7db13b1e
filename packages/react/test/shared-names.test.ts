import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { sharedNames } from '../../fastify-adapter/src/ui/generated/shared-names.ts';
import * as shared from '../src/frontends/shared-with-frontends.ts';

const file = new URL('../../fastify-adapter/src/ui/generated/shared-names.ts', import.meta.url);
const require19 = createRequire(import.meta.url);
const require18 = createRequire(require19.resolve('react-18-for-tests/package.json'));
const ofReact = ['react', 'react-dom', 'react-dom/client', 'react/jsx-runtime'];

/** The names that a module has in React 18 or 19; what React calls internal is its own. */
function namesOf(name: string): string[] {
  const names = [require18, require19].flatMap((load) => Object.keys(load(name) as object));
  return [...new Set(names)].filter((one) => !one.startsWith('__')).toSorted();
}

function wanted(): Record<string, string[]> {
  return {
    ...Object.fromEntries(ofReact.map((name) => [name, namesOf(name)])),
    '@catalyst-plugins/react': Object.keys(shared).toSorted(),
  };
}

it('frontends can import by name whatever React 18, React 19 and this package share; UPDATE_SHARED_NAMES=1 writes the names anew', async () => {
  if (process.env['UPDATE_SHARED_NAMES']) await writeFile(file, written(wanted()));
  expect(await readFile(file, 'utf8')).toBe(written(wanted()));
  if (!process.env['UPDATE_SHARED_NAMES']) expect(sharedNames).toEqual(wanted());
});

function written(names: object): string {
  return `/** The names that modules have which pages share with plugin frontends; a test of @catalyst-plugins/react writes them. */
export const sharedNames: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(names, undefined, 2)};
`;
}
