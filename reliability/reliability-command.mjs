import { commandLines } from '../bench/shared/document.mjs';
import { wholeNumber } from '../bench/shared/command-line.mjs';
import { alignedTable } from '../bench/shared/table.mjs';
import { sections } from './sections.mjs';

/** What `npm run reliability` is. */
export const reliability = {
  command: 'npm run reliability',
  sections,
  options: [
    { name: 'minutes', usage: '--minutes 60', meaning: 'how long "soak" takes, 10 by default', read: wholeNumber },
    { name: 'seed', usage: '--seed 7', meaning: 'of what "soak" does, 1 by default', read: wholeNumber },
    { name: 'kills', usage: '--kills 20', meaning: 'how often a host is killed, 100 by default', read: wholeNumber },
    {
      name: 'runs',
      usage: '--runs 500',
      meaning: 'random inputs of each property, in "inputs"; by default what its row says',
      read: wholeNumber,
    },
    {
      name: 'nodes',
      usage: '--nodes 22,24,26',
      meaning: 'further versions of Node, in "faults"',
      read: (text, name) => text.split(',').map((major) => String(wholeNumber(major, name))),
    },
  ],
  document: 'docs/reliability.md',
  documentStart,
  documentEnd: documentEnd(),
  ending: 'Ends with 1 when something was not held, and says what.',
};

function documentStart(command, figures) {
  const commands = [
    [command, 'everything, about an hour; puts the figures here'],
    [`${command} -- --quick`, 'small sizes of everything, to see that it works'],
    [`${command} -- kills`, 'only this section'],
    [`${command} -- soak --minutes 60`, 'the long run, for an hour'],
    [`${command} -- faults --nodes 22,24,26 --write`, 'on further versions of Node, and puts the figures here'],
    [`${command} -- --help`, 'the sections and all options'],
  ];
  return `# Reliability

What the host promises, and the figures that show it. They come from one command, which ends with an error when something
was not held:

\`\`\`sh
${commandLines(commands)}
\`\`\`

${promises}
## Figures

${overview(command, figures)}
`;
}

/** A row for each section, with what its newest figures say. */
function overview(command, figures) {
  const rows = figures.map(({ section, parts }) => {
    const [, text] = [...parts].toSorted(([left], [right]) => right - left)[0] ?? [];
    const [, held] = /^\*\*(.+)\*\*$/m.exec(text ?? '') ?? [];
    const anchor = section.title.toLowerCase().replaceAll(' ', '-');
    const title = held === undefined ? section.title : `[${section.title}](#${anchor})`;
    return [title, held ?? 'not taken yet', `\`${command} -- ${section.name}\``];
  });
  return alignedTable([['Area', 'Figure', 'Command'], ...rows]);
}

const promises = `## Promises

- **Others notice nothing.** A reload, enable, disable or crash of one plugin costs no other plugin a request, a socket or a
  run of a task, and a reload costs the plugin itself none.
- **A fault has an owner.** An error that a plugin leaves uncaught is traced to it, fails that plugin alone, and is told with
  the cause; what nobody can trace is left to the application.
- **The end always comes.** A hook that throws or never ends is written down and given up; what the plugin did not close is
  closed for it and named.
- **Nothing acknowledged is lost.** What was answered is there after \`kill -9\`. A change and its audit entry are one: both
  are there or neither is. What could not be stored did not happen.
- **Wrong input changes nothing.** It is refused with a code.
- **Every wait has a limit, every queue a bound.** Memory, file descriptors, listeners and timers stay flat.
- **Secrets are not told.**
`;

function documentEnd() {
  return `## What is not covered

- **Malice.** Plugins run in the process of the host and can do what it can do. All this is about mistakes; install only code
  that you trust.
- **Plugins in workers, processes or containers**: they [do not exist yet](roadmap.md). Until then, memory that is used up, a
  crash in native code, and some endless loops on older versions of Node end the process with all plugins.
- **Power cuts.** \`kill -9\` ends a process; what the operating system had not written to the disk by then, it still writes.
  The embedded database syncs each transaction, but no test has pulled a plug.
- **Weeks.** The long run takes ten minutes in CI, an hour by hand. What grows by less than its bound in that time is not seen.
- **macOS and Windows.** Figures are taken on Linux.
`;
}
