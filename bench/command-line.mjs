import { parseArgs } from 'node:util';
import { sections } from './sections.mjs';

const names = sections.map(({ name }) => name);

/** What `--help` prints. */
export const help = `npm run bench -- [sections] [options]

Sections, all of them by default:
${sections.map(({ name, title }) => `  ${name.padEnd(20)}${title}`).join('\n')}

Options:
  --quick             few rounds, to see that it works
  --rounds 7          how often everything is measured
  --plugins 1,10      how many plugins, in "dispatch" and "start"
  --json              figures as JSON instead of tables
  --write             puts the figures into docs/benchmarks.md

Ends with 1 when something fails that is no matter of speed, for example a request during a reload.
`;

/** Reads the arguments; `undefined` when help is asked for. Throws what is wrong with them. */
export function readCommandLine(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      plugins: { type: 'string' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`there is no section "${unknown}"; there are ${names.join(', ')}`);
  return {
    chosen: sections.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    quick: values.quick,
    rounds: values.rounds === undefined ? undefined : wholeNumber('rounds', values.rounds),
    plugins: values.plugins?.split(',').map((count) => wholeNumber('plugins', count)),
    json: values.json,
    write: values.write,
  };
}

function wholeNumber(option, text) {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${option}: "${text}" is not a whole number above 0`);
}
