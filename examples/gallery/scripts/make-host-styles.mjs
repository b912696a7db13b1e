// The style sheets of applications that the panel has to stand: real ones, and one that nobody should write.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import postcss from 'postcss';
import { compile } from 'tailwindcss';
import tailwind3 from 'tailwindcss-3';

const require = createRequire(import.meta.url);

/** Resolves to names and texts. */
export async function makeHostStyles() {
  return [
    ['tailwind-3', await preflightOfTailwind3()],
    ['tailwind-4', await preflightOfTailwind4()],
    ['bootstrap', await readFile(require.resolve('bootstrap/dist/css/bootstrap.css'), 'utf8')],
    ['hostile', await readFile(new URL('hostile.css', import.meta.url), 'utf8')],
  ];
}

async function preflightOfTailwind3() {
  const plugins = [tailwind3({ content: [{ raw: '' }] })];
  const { css } = await postcss(plugins).process('@tailwind base;', { from: undefined });
  return css;
}

async function preflightOfTailwind4() {
  const base = path.dirname(require.resolve('tailwindcss/package.json'));
  // as its guide says, but without classes
  const text = '@layer theme, base; @import "./theme.css" layer(theme); @import "./preflight.css" layer(base);';
  const compiled = await compile(text, {
    base,
    loadStylesheet: async (id) => ({ path: id, base, content: await readFile(path.join(base, id), 'utf8') }),
  });
  return compiled.build([]);
}
