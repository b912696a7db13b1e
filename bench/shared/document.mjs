import { readFile, writeFile } from 'node:fs/promises';
import { alignedTable } from './table.mjs';

const command = 'npm run bench';

/**
 * Puts the results of some sections into the document, in place of those of the same major version of Node; the figures
 * of other sections and other versions stay.
 */
export async function writeDocument(file, machine, sections, measured) {
  const kept = partsOf(await readIfThere(file));
  const written = sections.map((section) => {
    const parts = new Map(kept.get(section.title));
    const { settings, results } = measured.get(section.name) ?? {};
    if (results) parts.set(majorOf(machine), renderPart(section, machine, settings, results));
    return parts.size === 0 ? '' : renderSection(section, parts);
  });
  await writeFile(file, `${documentStart(sections)}\n${written.join('')}${documentEnd}`);
}

function renderSection({ name, title, introduction, remarks }, parts) {
  const figures = [...parts].toSorted(([left], [right]) => left - right).map(([, text]) => text);
  const text = [`## ${title}`, introduction, `\`\`\`sh\n${command} -- ${name}\n\`\`\``, ...figures];
  if (remarks) text.push(`### Remarks on ${title.toLowerCase()}`, remarks);
  return `${text.join('\n\n')}\n\n`;
}

function renderPart(section, machine, settings, results) {
  const load = machine.load > machine.cores ? ' The machine had other work, which widens the ranges.' : '';
  return `### Node ${majorOf(machine)}

${machine.node}, ${machine.cores} cores (${machine.cpu}), ${machine.system}; ${section.describe(settings)}.${load}

${renderFigures(section, results)}`;
}

/** The results of a section as a table, with what a table cannot say below it. */
export function renderFigures({ rows, summary }, results) {
  const table = alignedTable(rows(results));
  return summary ? `${table}\n\n${summary(results)}` : table;
}

/** The figures in a document: by title of the section and major version of Node. */
function partsOf(text) {
  const sections = text.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const title = section.slice(0, section.indexOf('\n'));
      const parts = section.split(/^(?=### )/m).slice(1);
      const found = parts.flatMap((part) => {
        const major = /^### Node (\d+)\n/.exec(part);
        return major ? [[Number(major[1]), part.trim()]] : [];
      });
      return [title, found];
    }),
  );
}

function majorOf({ node }) {
  return Number.parseInt(node.slice(1), 10);
}

async function readIfThere(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

function documentStart(sections) {
  const commands = [
    [command, 'everything, about ten minutes'],
    [`${command} -- --quick`, 'few rounds of everything, to see that it works'],
    [`${command} -- ${sections[0].name} ${sections[1].name}`, 'only these sections'],
    [`${command} -- --write`, 'puts the figures of the Node that runs it here'],
    [`${command} -- --help`, 'the sections and all options'],
  ];
  const width = Math.max(...commands.map(([text]) => text.length));
  return `# Benchmarks

What do plugins cost, and what does reloading them? One command measures it, beside other ways of doing the same:

\`\`\`sh
${commands.map(([text, what]) => `${text.padEnd(width)}   # ${what}`).join('\n')}
\`\`\`

It ends with an error when something is wrong that is no matter of speed: a request that fails during a reload, a socket
that closes, a message that is lost, an edit that is not seen. Figures are medians of rounds, **ranges** the lowest and
the highest round; every round starts new processes and takes what is compared in another order.
`;
}

const documentEnd = `## How to read this

- Figures of one run can be compared with each other, not with those of another machine or another day. Two processes
  of the same server differ by up to a tenth, by what V8 happened to inline; hence new processes for every round, and
  ranges that are wider than those of a benchmark that starts its servers once.
- The load generator runs beside the server on the same machine.
`;
