import path from 'node:path';
import { median } from '../../bench/shared/statistics.mjs';
import { figure, whole } from '../../bench/shared/table.mjs';
import { caseSection } from '../shared/case-section.mjs';
import { killOften } from './kill-often.mjs';

/** What is left after kill -9. */
export const kills = caseSection({
  name: 'kills',
  title: 'Nothing lost',
  introduction: `What is left when the process is killed at any moment? A real host with three plugins is kept busy over HTTP by 15 clients at
once: plugins are enabled, disabled, reloaded and rolled back, settings with a secret are saved, permissions granted and
revoked, values stored, documents inserted and counted. At a random moment it gets \`kill -9\`, a tenth of the times while
it starts. A journal outside of the process knows what was acknowledged. After each start the host must agree with it: the
wanted state, version, settings, grants, values and documents are those that were acknowledged last, or those that were
being asked for; every change has its audit entry, and every entry its change; the copies of releases and the key of
secrets are whole; each plugin is active or disabled, as it is wanted, and answers accordingly.`,
  settings: ({ quick, kills: count }) => ({
    kills: count ?? (quick ? 6 : 100),
    acts: 120,
    databaseUrl: process.env.TEST_DATABASE_URL,
    execArgv: [],
  }),
  describe: ({ kills: count }) => `${count} kills on each database`,
  async measure(settings, progress) {
    const embedded = (directory) => ({ directory: path.join(directory, 'data') });
    const cases = await killOn('the embedded database', embedded, settings, progress);
    if (settings.databaseUrl === undefined) return [...cases, notRun(settings)];
    const server = () => ({ url: settings.databaseUrl });
    return [...cases, ...(await killOn('PostgreSQL', server, settings, progress))];
  },
});

async function killOn(title, database, settings, progress) {
  const run = await killOften(database, settings, (what) => progress(`${title}: ${what}`));
  const shownBy = '`npm run reliability -- kills`';
  const wrong = new Set(run.problems.map((problem) => problem.split(':')[0])).size;
  return [
    {
      what: `Kills on ${title} that left a consistent host`,
      figure: `${run.kills - wrong} of ${run.kills}`,
      bound: `${run.kills} of ${run.kills}`,
      held: run.problems.length === 0,
      problems: run.problems,
      shownBy,
    },
    {
      what: `Acts on ${title} that were acknowledged`,
      figure: whole(run.acknowledged),
      bound: `${whole(run.kills * 10)} at least`,
      held: run.acknowledged >= run.kills * 10,
      shownBy,
    },
    {
      what: `Start after a kill on ${title}, median and longest`,
      figure: `${figure(median(run.starts))} ms, ${figure(Math.max(...run.starts))} ms`,
      bound: '60 s',
      held: Math.max(...run.starts) <= 60_000,
      shownBy,
    },
  ];
}

function notRun({ kills: count }) {
  return {
    what: 'Kills on PostgreSQL that left a consistent host',
    figure: 'not run: there is no PostgreSQL here',
    bound: `${count} of ${count}`,
    held: false,
    shownBy: '`npm run reliability -- kills`',
  };
}
