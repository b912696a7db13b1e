import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { whole } from '../../bench/shared/table.mjs';
import { inTemporaryFolder } from '../../bench/shared/temporary-folder.mjs';
import { installNode } from '../../scripts/install-node.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

const place = (project, folder) => (name) => ({ project, file: `${folder}/${name}` });
/** Where a test is; what is named may be the beginning of several. */
export const coreTest = place('core', 'packages/core/test');
export const sourceTest = place('core', 'packages/core/src');
export const httpTest = place('fastify-adapter', 'packages/fastify-adapter/test');
export const storeTest = place('prisma', 'prisma/test');
export const exampleTest = place('example-host', 'examples/host/test');

/**
 * Runs tests and counts them. A table is `{ what, project, file, title, wanted }`: `title` says which tests of the file
 * are its rows, all of them when absent; `random` how often each of its properties is tried; `wanted` how many tests there
 * are at least. `nodes` are other versions of Node to run those of core and of the Fastify adapter on. Resolves to cases;
 * those of other versions have `node`.
 */
export async function runTables(tables, { env = {}, nodes = [], arguments: more = [], progress }) {
  const cases = await runOn(process.execPath, tables, { env, more, progress });
  for (const major of nodes) {
    progress(`Node ${major}`);
    const other = await installNode(major);
    const node = spawnSync(other, ['--version'], { encoding: 'utf8' }).stdout.trim();
    const portable = tables.filter(({ project }) => ['core', 'fastify-adapter'].includes(project));
    // workers are processes, so that each test file has a process of that version for itself
    const found = await runOn(other, portable, { env, more: [...more, '--pool', 'forks'], progress });
    cases.push(...found.map((one) => ({ ...one, node })));
  }
  return cases;
}

/** Project by project, so that what a project sets up is set up for its tests only. */
async function runOn(node, tables, { env, more, progress }) {
  const cases = [];
  for (const project of new Set(tables.map((table) => table.project))) {
    const own = tables.filter((table) => table.project === project);
    progress(`${own.length} tables of ${project}`);
    const results = await runTests(node, ['--project', project, ...own.map(({ file }) => file), ...more], env);
    cases.push(...own.map((table) => [tables.indexOf(table), count(table, results)]));
  }
  return cases.toSorted(([left], [right]) => left - right).map(([, one]) => one);
}

function runTests(node, parameters, env) {
  return inTemporaryFolder(async (directory) => {
    const report = path.join(directory, 'report.json');
    const args = ['run', ...parameters, '--reporter=json', `--outputFile=${report}`, '--maxWorkers=2'];
    const output = await runVitest(node, args, env);
    if (!existsSync(report)) throw new Error(`vitest wrote no report:\n${output.slice(-3_000)}`);
    return JSON.parse(await readFile(report, 'utf8')).testResults;
  });
}

function count({ what, file, title = /./, random, wanted }, results) {
  const found = results
    .filter(({ name }) => path.relative(root, name).replaceAll(path.sep, '/').startsWith(file))
    .flatMap(({ assertionResults, message, name }) =>
      assertionResults.length > 0 ? assertionResults : [{ fullName: `${name}: ${message}`, status: 'failed' }],
    )
    .filter(({ fullName, status }) => title.test(fullName) || status === 'failed');
  const passed = found.filter(({ status }) => status === 'passed').length;
  const others = found.filter(({ status }) => status !== 'passed');
  const failed = others.filter(({ status }) => status === 'failed').length;
  const left = others.length - failed;
  return {
    what,
    // what cannot be tried here, for example as root, is told and not counted as passed
    figure: `${whole(passed)} of ${whole(found.length)}${left > 0 ? `, ${whole(left)} not tried` : ''}${tries(random)}`,
    bound: `none failed, ${whole(wanted)} at least`,
    held: failed === 0 && passed >= wanted,
    problems: others.map(({ fullName, status, failureMessages = [] }) =>
      `${status}: ${fullName} ${failureMessages.join(' ').slice(0, 300)}`.trim(),
    ),
    shownBy: `\`npm test -- ${path.basename(file)}\``,
  };
}

/** How many random inputs the properties of a table were tried with. */
function tries(random) {
  if (random === undefined) return '';
  return `; ${Object.values(random).map(whole).join(' + ')} at random`;
}

function runVitest(node, args, env) {
  return new Promise((resolve, reject) => {
    const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const child = spawn(node, [vitest, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}
