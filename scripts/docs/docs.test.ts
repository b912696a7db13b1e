import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createTestHost, manifestOf, type PluginFiles } from '../../packages/core/src/testing/index.ts';
import { anchorsOf, readPage, readPages, root, valueOf, type Block } from './pages.ts';
import { typeCheck } from './type-check.ts';

const pages = readPages();
const blocks = pages.flatMap((page) => page.blocks);
const manifests = blocks.filter(({ language, words }) => language === 'json' && words.includes('plugin.json'));
const plugins = blocks.filter((block) => valueOf(block, 'plugin') !== undefined);

interface Manifest {
  readonly name: string;
  readonly backend?: { readonly entry: string };
  readonly frontend?: { readonly entry: string; readonly css?: readonly string[] };
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Plugins for those that one needs, each in the lowest version that will do. */
function neededBy({ dependencies = {} }: Manifest): Record<string, PluginFiles> {
  const empty = ([name, range]: [string, string]): [string, PluginFiles] => [
    name,
    { 'plugin.json': manifestOf(name, { version: range.replace(/^\D+/, '') }), 'index.js': 'export default {};' },
  ];
  return Object.fromEntries(Object.entries(dependencies).map(empty));
}

test('every block of code says how it is checked', () => {
  const isPlugin = (block: Block): boolean => valueOf(block, 'plugin') !== undefined;
  const isUnchecked = (block: Block): boolean => {
    if (block.language === 'js') return !isPlugin(block);
    if (block.language === 'json') return !block.words.includes('plugin.json') && !block.words.includes('answer');
    return ['bash', 'javascript', 'typescript'].includes(block.language);
  };
  expect(blocks.filter(isUnchecked).map(({ at }) => at)).toEqual([]);
});

test('TypeScript blocks compile', () => {
  const found = blocks.filter(({ language }) => language === 'ts' || language === 'tsx');
  expect(found.length).toBeGreaterThan(0);
  expect(typeCheck(found)).toEqual([]);
});

test('manifests are ones that a host takes, without warnings', async () => {
  expect(manifests.length).toBeGreaterThan(0);
  for (const { at, text } of manifests) {
    const manifest = JSON.parse(text) as Manifest;
    const { backend, frontend } = manifest;
    const shown = frontend ? [frontend.entry, ...(frontend.css ?? [])].map((file) => [file, '']) : [];
    const files: PluginFiles = {
      'plugin.json': text,
      [backend?.entry ?? 'index.js']: 'export default {};',
      ...(Object.fromEntries(shown) as PluginFiles),
    };
    await using host = await createTestHost({ plugins: { [manifest.name]: files, ...neededBy(manifest) } });
    const { state, error, warnings } = host.host.summary(manifest.name) ?? {};
    expect({ at, state, error, warnings }).toEqual({ at, state: 'active', error: null, warnings: [] });
  }
});

test.each(plugins.map((block) => [block.at, block] as const))(
  'the plugin at %s becomes active and leaves nothing behind',
  async (_at, block) => {
    const name = valueOf(block, 'plugin') ?? '';
    const own = manifests.map(({ text }) => JSON.parse(text) as Manifest).find((manifest) => manifest.name === name);
    const entry = own?.backend?.entry ?? `index.${block.language}`;
    const manifest = own ?? { name, version: '1.0.0', backend: { entry } };
    await using host = await createTestHost({
      db: {},
      plugins: { [name]: { 'plugin.json': manifest, [entry]: block.text } },
    });
    expect(host.host.summary(name)).toMatchObject({ state: 'active', error: null });
    await host.host.disable(name);
    await host.host.enable(name);
    expect(host.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
    await host.expectNothingLeft();
  },
);

test('links lead to pages and headings that exist', () => {
  const broken = pages.flatMap((page) =>
    [...page.prose.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page.path : path.posix.join(path.posix.dirname(page.path), file);
      if (!existsSync(path.join(root, target))) return [`${page.path}: ${link}`];
      const isKnown = anchor === undefined || anchorsOf(readPage(target)).has(anchor);
      return isKnown ? [] : [`${page.path}: ${link}`];
    }),
  );
  expect(broken).toEqual([]);
});

test('files that the pages name exist', () => {
  const madeByReaders = ['examples/host/.data', 'examples/host/catalyst-plugins/greeter'];
  const named = /`((?:packages|prisma|examples|scripts|docs|bench|\.ci)\/[\w./@-]+)`/g;
  const missing = pages.flatMap(({ path: page, prose }) =>
    [...prose.matchAll(named)]
      .filter(([, file = '']) => !existsSync(path.join(root, file)) && !madeByReaders.includes(file))
      .map(([, file]) => `${page}: ${file}`),
  );
  expect(missing).toEqual([]);
});
