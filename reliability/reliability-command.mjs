import { commandLines } from '../bench/shared/document.mjs';
import { wholeNumber } from '../bench/shared/command-line.mjs';
import { sections } from './sections.mjs';

/** What `npm run reliability` is. */
export const reliability = {
  command: 'npm run reliability',
  sections,
  options: [
    { name: 'kills', usage: '--kills 100', meaning: 'how often a host is killed, in "kills"', read: wholeNumber },
    { name: 'minutes', usage: '--minutes 10', meaning: 'how long "soak" takes', read: wholeNumber },
    { name: 'seed', usage: '--seed 1', meaning: 'of what "soak" does', read: wholeNumber },
  ],
  document: 'docs/reliability.md',
  documentStart: () => commandLines([['x', 'y']]),
  documentEnd: '',
  ending: 'Ends with 1 when something was not held.',
};
