import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { manifestSections } from '../../packages/core/src/manifest/manifest-schema.ts';
import { adminSegments } from '../../packages/core/src/manifest/reserved-names.ts';
import { hookNames } from '../../packages/core/src/runtimes/runtime.ts';
import { adminEndpoints } from '../../packages/fastify-adapter/src/admin/admin-endpoints.ts';
import { operationsEndpoints } from '../../packages/fastify-adapter/src/operations/operations-endpoints.ts';
import { readPage, readPages, root } from './pages.ts';
import { membersOf } from './type-check.ts';

const prefix = '/api/plugins';

/** Those of the texts that a page does not have. */
function missingIn(page: string, texts: Iterable<string>): string[] {
  // the formatter pads the cells of tables
  const text = readPage(page).text.replaceAll(/ +/g, ' ');
  return [...texts].filter((wanted) => !text.includes(wanted));
}

test('the admin API page has a heading for every endpoint', () => {
  const headings = adminEndpoints.map(
    ({ method, path: url }) => `### \`${method} ${prefix}${url === '/' ? '' : url}\`\n`,
  );
  expect(missingIn('docs/reference/admin-api.md', headings)).toEqual([]);
});

test('the operations API page has a heading for every endpoint', () => {
  const headings = operationsEndpoints(false).map(({ method, path: url }) => `### \`${method} /plugins${url}\`\n`);
  expect(missingIn('docs/reference/operations-api.md', headings)).toEqual([]);
});

test('the context page has every member of the context', () => {
  const members = membersOf('packages/core/src/plugin/plugin-context.ts', 'PluginContext');
  expect(
    missingIn(
      'docs/reference/context.md',
      members.map((member) => `\`ctx.${member}`),
    ),
  ).toEqual([]);
});

test('the manifest page has every field, every key of a field definition and every reserved name', () => {
  const fields = [...manifestSections].flatMap(([section, keys]) =>
    keys.map((key) => (section === '' ? key : `${section}.${key}`)),
  );
  const fieldKeys = membersOf('packages/core/src/manifest/config-field.ts', 'ConfigField');
  const rows = [...fields, ...fieldKeys].map((field) => `| \`${field}\` |`);
  const names = adminSegments.map((segment) => `\`${segment}\``);
  expect(missingIn('docs/reference/manifest.md', [...rows, ...names])).toEqual([]);
});

test('the host page has every option and every method', () => {
  const interfaces = { host: 'PluginHostOptions', resilience: 'ResilienceOptions', containment: 'ContainmentOptions' };
  const options = Object.entries(interfaces)
    .flatMap(([file, name]) => membersOf(`packages/core/src/${file}-options.ts`, name))
    .map((name) => `| \`${name}\` |`);
  const files: [string, string][] = [
    ['packages/core/src/plugin-host.ts', 'PluginHost'],
    ['packages/core/src/host-operations-commands.ts', 'HostOperationsCommands'],
  ];
  const methods = files.flatMap((file) => membersOf(...file)).map((name) => `\`host.${name}`);
  expect(missingIn('docs/reference/host.md', [...options, ...methods])).toEqual([]);
});

test('the Fastify page has every option', () => {
  const file = 'packages/fastify-adapter/src/catalyst-plugins.ts';
  const options = membersOf(file, 'CatalystPluginsOptions').map((name) => `| \`${name}\` |`);
  const sockets = membersOf(file, 'SocketOptions').map((name) => `| \`sockets.${name}\` |`);
  const operations = membersOf(file, 'OperationsOptions').map((name) => `| \`operations.${name}\` |`);
  const probesFile = 'packages/fastify-adapter/src/probes/serve-probes.ts';
  const probes = membersOf(probesFile, 'ProbeOptions').map((name) => `| \`probes.${name}\` |`);
  const panelFile = 'packages/fastify-adapter/src/panel/serve-panel.ts';
  const panel = membersOf(panelFile, 'PanelOptions').map((name) => `| \`admin.ui.${name}\` |`);
  const all = [...options, ...sockets, ...operations, ...probes, '| `admin.ui` |', ...panel];
  expect(missingIn('docs/reference/fastify.md', all)).toEqual([]);
});

test('the React page has every hook, every function of the client, every chart and every fixture', () => {
  const folder = 'packages/react/src';
  const exported = (file: string, name: RegExp): string[] =>
    [...readFileSync(path.join(root, folder, file), 'utf8').matchAll(name)].map(([found]) => `\`${found}`);
  const calls = { command: 'CommandCalls', config: 'ConfigCalls', observation: 'ObservationCalls', task: 'TaskCalls' };
  const functions = Object.entries(calls).flatMap(([file, name]) =>
    membersOf(`${folder}/client/${file}-calls.ts`, name).map((member) => `\`${member}(`),
  );
  const hooks = exported('index.ts', /\buse[A-Z]\w+/g);
  expect(hooks.length).toBeGreaterThan(20);
  const charts = exported('charts/index.ts', /(?<=export \{ )\w+/g);
  const fixtures = exported('testing/index.ts', /\bmake\w+/g);
  expect(missingIn('docs/reference/react.md', [...functions, ...hooks, ...charts, ...fixtures])).toEqual([]);
});

test('the guide for plugins has every hook', () => {
  expect(
    missingIn(
      'docs/guides/writing-a-plugin.md',
      hookNames.map((hook) => `\`${hook}\``),
    ),
  ).toEqual([]);
});

test('the operations page has every state and every variable of the example host', () => {
  const states = readFileSync(path.join(root, 'packages/core/src/protocol/plugin-state.ts'), 'utf8').matchAll(
    /^ {2}\| '(\w+)'/gm,
  );
  const variables = readFileSync(path.join(root, 'examples/host/src/settings.ts'), 'utf8').matchAll(
    /given\('(\w+)'\)/g,
  );
  const rows = [...states, ...variables].map(([, name = '']) => `| \`${name}\` |`);
  expect(rows.length).toBeGreaterThan(15);
  expect(missingIn('docs/operations.md', rows)).toEqual([]);
});

test('commands that the pages name are scripts of the workspace', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = readPages().flatMap(({ text }) => [...text.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[\w:]+)/g)]);
  expect(named.length).toBeGreaterThan(0);
  expect([...new Set(named.map(([, name = '']) => name))].filter((name) => !(name in scripts))).toEqual([]);
});

test('tests that the pages name exist', () => {
  const files = ['packages', 'prisma', 'examples', 'scripts'].flatMap((folder) =>
    // with their types, so that links are not followed: packages of the workspace lead to each other in circles
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .map(({ parentPath, name }) => path.relative(root, path.join(parentPath, name)))
      .filter((file) => /\.test\.tsx?$/.test(file) && !file.includes('node_modules')),
  );
  const proofs = readPage('README.md').text.matchAll(/^\|.*\| `([\w/-]+)` *\|$/gm);
  const named = readPages().flatMap(({ text }) => [...text.matchAll(/\bnpm test -- ([\w/-]+)/g)]);
  const names = [...new Set([...proofs, ...named].map(([, name = '']) => name))];
  expect(names.length).toBeGreaterThan(6);
  expect(names.filter((name) => !files.some((file) => file.includes(name)))).toEqual([]);
});

test('every feature of the module engine names a test that exists', () => {
  const tests = readFileSync(path.join(root, 'packages/core/test/module-runtime.test.ts'), 'utf8');
  const titles = [...tests.matchAll(/\bit\(\s*(['`])((?:\\.|(?!\1).)+)\1/g)].map(
    ([, , title = '']) =>
      // a title of several tests has a variable in it
      new RegExp(
        `^${title
          .split(/\$\{\w+\}/)
          .map(escapeRegExp)
          .join('.+')}$`,
      ),
  );
  const { text } = readPage('docs/reference/module-engine.md');
  const rows = [...text.matchAll(/^\| (?!Feature|-)(.+?) +\| (.*?) *\|$/gm)];
  expect(rows.length).toBeGreaterThan(40);
  const unshown = rows.filter(([, , cell = '']) => {
    const [, title = ''] = /^`(.+)`$/.exec(cell) ?? [];
    return !titles.some((known) => known.test(title));
  });
  expect(unshown.map(([row]) => row)).toEqual([]);
});

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
