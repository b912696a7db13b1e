import { sections } from './sections.mjs';
import { wholeNumber } from './shared/command-line.mjs';
import { commandLines } from './shared/document.mjs';

/** What `npm run bench` is. */
export const bench = {
  command: 'npm run bench',
  sections,
  options: [
    { name: 'rounds', usage: '--rounds 7', meaning: 'how often everything is measured', read: wholeNumber },
    {
      name: 'plugins',
      usage: '--plugins 1,10',
      meaning: 'how many plugins, in "dispatch" and "start"',
      read: (text, name) => text.split(',').map((count) => wholeNumber(count, name)),
    },
  ],
  document: 'docs/benchmarks.md',
  documentStart,
  documentEnd: documentEnd(),
  ending: 'Ends with 1 when something fails that is no matter of speed, for example a request during a reload.',
};

function documentStart(command, [first, second]) {
  const commands = [
    [command, 'everything, about ten minutes'],
    [`${command} -- --quick`, 'few rounds of everything, to see that it works'],
    [`${command} -- ${first.section.name} ${second.section.name}`, 'only these sections'],
    [`${command} -- --write`, 'puts the figures of the Node that runs it here'],
    [`${command} -- --help`, 'the sections and all options'],
  ];
  return `# Benchmarks

What do plugins cost, and what does reloading them? One command measures it, beside other ways of doing the same:

\`\`\`sh
${commandLines(commands)}
\`\`\`

It ends with an error when something is wrong that is no matter of speed: a request that fails during a reload, a socket
that closes, a message that is lost, an edit that is not seen. Figures are medians of rounds, **ranges** the lowest and
the highest round; every round starts new processes and takes what is compared in another order.
`;
}

function documentEnd() {
  return `## How to read this

- Figures of one run can be compared with each other, not with those of another machine or another day. Two processes
  of the same server differ by up to a tenth, by what V8 happened to inline; hence new processes for every round, and
  ranges that are wider than those of a benchmark that starts its servers once.
- The load generator runs beside the server on the same machine.
`;
}
