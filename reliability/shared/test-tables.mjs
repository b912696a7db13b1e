import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTemporaryFolder } from '../../bench/shared/temporary-folder.mjs';
import { whole } from '../../bench/shared/table.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs tests and counts them. A table is `{ what, project, file, title, wanted }`: `title` says which tests of the file
 * are its rows, all of them when absent; `wanted` how many there are at least. Resolves to cases.
 */
export function runTables(tables, { env = {}, node = process.execPath } = {}) {
  return inTemporaryFolder(async (directory) => {
    const report = path.join(directory, 'report.json');
    const files = [...new Set(tables.map(({ file }) => file))];
    const projects = [...new Set(tables.map(({ project }) => project))].flatMap((name) => ['--project', name]);
    const args = ['run', ...projects, ...files, '--reporter=json', `--outputFile=${report}`, '--maxWorkers=2'];
    const output = await runVitest(node, args, env);
    const text = await readFile(report, 'utf8').catch(() => {
      throw new Error(`vitest wrote no report:\n${output.slice(-3_000)}`);
    });
    const { testResults } = JSON.parse(text);
    return tables.map((table) => count(table, testResults));
  });
}

function count({ what, file, title = /./, wanted }, results) {
  const found = results
    .filter(({ name }) => name.replaceAll(path.sep, '/').endsWith(file))
    .flatMap(({ assertionResults, message }) =>
      assertionResults.length > 0 ? assertionResults : [{ fullName: message, status: 'failed' }],
    )
    .filter(({ fullName }) => title.test(fullName));
  const passed = found.filter(({ status }) => status === 'passed').length;
  const others = found.filter(({ status }) => status !== 'passed');
  return {
    what,
    figure: `${whole(passed)} of ${whole(found.length)}`,
    bound: `all, ${whole(wanted)} at least`,
    held: others.length === 0 && passed >= wanted,
    problems: others.map(({ fullName, status, failureMessages = [] }) =>
      `${status}: ${fullName} ${failureMessages.join(' ').slice(0, 300)}`.trim(),
    ),
    shownBy: `\`npm test -- ${path.basename(file, '.test.ts')}\``,
  };
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
