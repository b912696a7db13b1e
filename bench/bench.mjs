// Measures what the framework costs, beside other ways of doing the same; `--help` says how. Needs built packages.
import { fileURLToPath } from 'node:url';
import { help, readCommandLine } from './command-line.mjs';
import { sections } from './sections.mjs';
import { renderFigures, writeDocument } from './shared/document.mjs';
import { describeMachine } from './shared/machine.mjs';

const options = readOptions();
if (options === undefined) process.stdout.write(help);
else await main(options);

async function main({ chosen, json, write, ...asked }) {
  const machine = describeMachine();
  const measured = new Map();
  for (const section of chosen) {
    const settings = section.settings(asked);
    const results = await section.measure(settings, (what) => process.stderr.write(`${section.name}: ${what} …\n`));
    measured.set(section.name, { settings, results });
    if (!json) process.stdout.write(`\n${section.title}\n\n${renderFigures(section, results)}\n\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify({ machine, ...Object.fromEntries(measured) }, undefined, 2)}\n`);
  if (write) {
    const document = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));
    await writeDocument(document, machine, sections, measured);
  }
  for (const section of chosen) {
    for (const failure of section.failures(measured.get(section.name).results)) {
      process.stderr.write(`${section.name}: ${failure}\n`);
      process.exitCode = 1;
    }
  }
}

function readOptions() {
  try {
    return readCommandLine(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return process.exit(2);
  }
}
