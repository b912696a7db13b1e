import { fileURLToPath } from 'node:url';
import { helpText, readCommandLine } from './command-line.mjs';
import { renderFigures, writeDocument } from './document.mjs';
import { describeMachine } from './machine.mjs';

/**
 * Runs a command that measures sections: reads the arguments of the process, measures, prints and writes the figures, and
 * sets the exit code. A command is
 * - `command`: what people type, `sections`: what it measures, in the order of the document
 * - `options`: `{ name, usage, meaning, read }` for each option of its own
 * - `document`: path of the document in the workspace, `documentStart(command, figures)`, `documentEnd`: its text around
 *   the figures
 * - `ending`: what `--help` says of the exit code
 */
export async function runSections(command) {
  const chosen = readOptions(command);
  if (chosen === undefined) process.stdout.write(helpText(command));
  else await run(command, chosen);
}

async function run(command, { chosen, asked, json, write }) {
  const machine = describeMachine();
  const measured = new Map();
  for (const section of chosen) {
    const settings = section.settings(asked);
    const results = await section.measure(settings, (what) => process.stderr.write(`${section.name}: ${what} …\n`));
    measured.set(section.name, { settings, results });
    if (!json) process.stdout.write(`\n${section.title}\n\n${renderFigures(section, results)}\n\n`);
    // what comes after may take hours, or fail
    if (write) await writeDocument(fileOf(command), command, machine, measured);
  }
  if (json) process.stdout.write(`${JSON.stringify({ machine, ...Object.fromEntries(measured) }, undefined, 2)}\n`);
  for (const section of chosen) {
    for (const failure of section.failures(measured.get(section.name).results)) {
      process.stderr.write(`${section.name}: ${failure}\n`);
      process.exitCode = 1;
    }
  }
}

function readOptions(command) {
  try {
    return readCommandLine(process.argv.slice(2), command);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return process.exit(2);
  }
}

function fileOf({ document }) {
  return fileURLToPath(new URL(`../../${document}`, import.meta.url));
}
