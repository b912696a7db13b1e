// What a plugin's route costs compared with bare Fastify; `--help` says how. Needs the packages to be built.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measure } from './dispatch/measure.mjs';
import { describeRun, renderTable, writeDocument } from './dispatch/report.mjs';

const help = `npm run bench -- [options]
  --plugins 1,10,100,1000   how many plugins, one comparison each
  --rounds 7                rounds per comparison
  --requests 6000           requests per round, server and kind of request
  --quick                   1 and 10 plugins, 3 rounds of 3000 requests
  --json                    figures as JSON instead of a table
  --write                   puts the figures into docs/benchmarks.md
`;

const options = readOptions();
if (options === undefined) process.stdout.write(help);
else await main(options);

async function main({ plugins, rounds, requests, json, write }) {
  const run = describeRun({ rounds, requests });
  const results = [];
  for (const count of plugins) {
    process.stderr.write(`${count} plugins …\n`);
    results.push(...(await measure(count, { rounds, requests })));
  }
  process.stdout.write(json ? `${JSON.stringify({ run, results }, undefined, 2)}\n` : `${renderTable(results)}\n`);
  if (write) await writeDocument(fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url)), run, results);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      plugins: { type: 'string' },
      rounds: { type: 'string' },
      requests: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const usual = values.quick
    ? { plugins: '1,10', rounds: '3', requests: '3000' }
    : { plugins: '1,10,100,1000', rounds: '7', requests: '6000' };
  return {
    plugins: (values.plugins ?? usual.plugins).split(',').map((count) => wholeNumber('plugins', count)),
    rounds: wholeNumber('rounds', values.rounds ?? usual.rounds),
    requests: wholeNumber('requests', values.requests ?? usual.requests),
    json: values.json,
    write: values.write,
  };
}

function wholeNumber(option, text) {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  process.stderr.write(`--${option}: "${text}" is not a whole number above 0\n`);
  process.exit(2);
}
