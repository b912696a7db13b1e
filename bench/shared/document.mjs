import { readFile, writeFile } from 'node:fs/promises';
import { alignedTable } from './table.mjs';

/**
 * Puts the results of some sections of a command into its document, in place of those of the same major version of Node;
 * the figures of other sections and other versions stay.
 */
export async function writeDocument(file, { command, sections, documentStart, documentEnd }, machine, measured) {
  const kept = partsOf(await readIfThere(file));
  const figures = sections.map((section) => {
    const parts = new Map(kept.get(section.title));
    const { settings, results } = measured.get(section.name) ?? {};
    for (const [node, found] of results ? byNode(section, machine, results) : []) {
      const on = { ...machine, node };
      parts.set(majorOf(on), renderPart(section, on, settings, found));
    }
    return { section, parts };
  });
  const written = figures.map(({ section, parts }) => (parts.size === 0 ? '' : renderSection(command, section, parts)));
  await writeFile(file, `${documentStart(command, figures)}\n${written.join('')}${documentEnd}`);
}

/** Results by version of Node, for sections that try several. */
function byNode(section, { node }, results) {
  return section.byNode?.(results, node) ?? [[node, results]];
}

function renderSection(command, { name, title, introduction, remarks }, parts) {
  const figures = [...parts].toSorted(([left], [right]) => left - right).map(([, text]) => text);
  const text = [`## ${title}`, introduction, `\`\`\`sh\n${command} -- ${name}\n\`\`\``, ...figures];
  if (remarks) text.push(`### Remarks on ${title.toLowerCase()}`, remarks);
  return `${text.join('\n\n')}\n\n`;
}

function renderPart(section, machine, settings, results) {
  const load = machine.load > machine.cores ? ' The machine had other work, which widens the ranges.' : '';
  return `### Node ${majorOf(machine)}

${machine.node}, ${machine.cores} cores (${machine.cpu}), ${machine.system}; ${section.describe(settings)}.${load}${taken(machine)}

${renderFigures(section, results)}`;
}

/** When the figures were taken, and of which code. */
function taken({ date, commit }) {
  return date === undefined ? '' : ` Taken on ${date} of \`${commit}\`.`;
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

/** The lines of a block that shows commands. */
export function commandLines(commands) {
  const width = Math.max(...commands.map(([text]) => text.length));
  return commands.map(([text, what]) => `${text.padEnd(width)}   # ${what}`).join('\n');
}
