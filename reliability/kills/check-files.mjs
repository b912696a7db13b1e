import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { numberOf } from './acts.mjs';
import { filesOf } from './plugin-versions.mjs';

/** What is torn among the files that a host keeps beside its plugins; `known` remembers what must never change. */
export async function checkFiles(pluginsDir, keepers, known) {
  const copies = await Promise.all(keepers.map((keeper) => checkCopies(pluginsDir, keeper)));
  return [...copies.flat(), ...(await checkKey(pluginsDir, known))];
}

/** The host runs and may just be forgetting an old copy, so what is wrong has to be so again a moment later. */
async function checkCopies(pluginsDir, keeper) {
  let problems = await lookAtCopies(pluginsDir, keeper);
  for (let time = 0; time < 3 && problems.length > 0; time += 1) {
    await wait(100);
    const again = new Set(await lookAtCopies(pluginsDir, keeper));
    problems = problems.filter((problem) => again.has(problem));
  }
  return problems;
}

async function lookAtCopies(pluginsDir, { name }) {
  const folder = path.join(pluginsDir, '.releases', name);
  const index = await readIfThere(path.join(folder, 'releases.json'));
  if (index === undefined) return [];
  const entries = parse(index);
  if (!Array.isArray(entries)) return [`${name}: the index of its releases is torn: ${index.slice(0, 100)}`];
  const checked = entries.map(async ({ digest, version }) => {
    const wanted = Object.entries(filesOf(name, numberOf(version)));
    const texts = await Promise.all(wanted.map(([file]) => readIfThere(path.join(folder, digest, file))));
    const torn = wanted.filter(([, text], at) => texts[at] !== text).map(([file]) => file);
    return torn.length === 0 ? [] : [`${name}: the copy of ${version} is torn: ${torn.join(', ')}`];
  });
  return (await Promise.all(checked)).flat();
}

async function checkKey(pluginsDir, known) {
  const key = await readIfThere(path.join(pluginsDir, '.secret-key'));
  const problems = known.key !== undefined && key !== known.key ? ['the key of secrets is another one'] : [];
  if (key !== undefined && key.trim().length < 16) problems.push('the key of secrets is torn');
  known.key ??= key;
  const names = await readdir(pluginsDir);
  known.litter = names.filter((name) => name.startsWith('.secret-key.')).length;
  return problems;
}

async function readIfThere(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
