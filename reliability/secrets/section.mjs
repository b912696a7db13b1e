import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { whole } from '../../bench/shared/table.mjs';
import { inTemporaryFolder } from '../../bench/shared/temporary-folder.mjs';
import { openAdmin } from '../shared/admin-client.mjs';
import { caseSection } from '../shared/case-section.mjs';
import { startHost } from '../shared/host-program.mjs';
import { formsOf, noSecret, plantCanaries } from './canaries.mjs';
import { writeTalkativePlugins } from './plugins.mjs';
import { readAllOf } from './read-everything.mjs';
import { useSecrets } from './use-secrets.mjs';

/** Whether secrets are seen anywhere, and whether what is none is. */
export const secrets = caseSection({
  name: 'secrets',
  title: 'Secrets',
  introduction: `Where do secrets turn up? Twenty of them are planted: in defaults, settings, the environment, tokens and keys. A plugin tells
those that it has in every way: in lines of the log, errors, crashes, answers of \`health\`; administrators save, try, refuse
and restore them. Then everything that there is to read is searched for them: every \`GET\` of the admin API as its OpenAPI
document lists them, live events, answers to all that was done, the log of the host, the files of its database.`,
  settings: () => ({ databaseUrl: process.env.TEST_DATABASE_URL }),
  describe: ({ databaseUrl }) => (databaseUrl === undefined ? 'on the embedded database' : 'on both databases'),
  async measure({ databaseUrl }, progress) {
    progress('embedded database');
    const embedded = await search('the embedded database', (directory) => ({
      directory: path.join(directory, 'data'),
    }));
    if (databaseUrl === undefined) return embedded;
    progress('PostgreSQL');
    const server = (_directory, canaries) => {
      const url = new URL(databaseUrl);
      url.password = canaries['password of the database'];
      return { url: url.href };
    };
    return [...embedded, ...(await search('PostgreSQL', server))];
  },
});

function search(title, database) {
  return inTemporaryFolder(async (directory) => {
    const canaries = plantCanaries();
    const [pluginsDir, logFile] = [path.join(directory, 'plugins'), path.join(directory, 'host.log')];
    await mkdir(pluginsDir);
    await writeTalkativePlugins(pluginsDir, canaries);
    const env = {
      ...process.env,
      CATALYST_SECRET_KEY: canaries['key that encrypts secrets'],
      CATALYST_CONFIG__TALKATIVE__APIKEY: canaries['secret from the environment'],
    };
    const input = { pluginsDir, logFile, db: ['ledger'], database: database(directory, canaries) };
    const host = await startHost(input, { env });
    const told = [];
    try {
      const admin = openAdmin(host.ready.port);
      told.push(...(await useSecrets(admin, canaries)), ...(await readAllOf(admin)));
    } finally {
      await host.stop();
    }
    told.push({ from: 'the log', text: await readFile(logFile, 'utf8') });
    told.push(...(await textsOf(path.join(directory, 'data'))));
    return casesOf(title, canaries, told);
  });
}

function casesOf(title, canaries, told) {
  const shownBy = '`npm run reliability -- secrets`';
  const hits = hitsOf(canaries, told);
  const controls = told.filter(({ text }) => text.includes(noSecret));
  const blind = ['PUT ', 'GET ', 'the log', 'live events'].filter(
    (place) => !controls.some(({ from }) => from.startsWith(place)),
  );
  return [
    {
      what: `Places where one of ${Object.keys(canaries).length} secrets was seen, with ${title}`,
      figure: `${hits.length} of ${whole(told.length)} places`,
      bound: '0 of 50 at least',
      held: hits.length === 0 && told.length >= 50,
      problems: hits,
      shownBy,
    },
    {
      what: `Places where a text was seen that is no secret, with ${title}`,
      figure: `${whole(controls.length)} places`,
      bound: '5 at least: answers, log, events',
      held: controls.length >= 5 && blind.length === 0,
      problems: blind.map((place) => `nothing was seen in ${place}`),
      shownBy,
    },
  ];
}

function hitsOf(canaries, told) {
  return told.flatMap(({ from, text }) =>
    Object.entries(canaries).flatMap(([what, canary]) => {
      const form = formsOf(canary).find((one) => text.includes(one));
      if (form === undefined) return [];
      const at = text.indexOf(form);
      return [`${from} has the ${what}: …${text.slice(Math.max(0, at - 80), at + form.length)}`];
    }),
  );
}

/** The files of a folder, as texts in which text can be found. */
async function textsOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({ from: path.relative(folder, file), text: await readFile(file, 'latin1') })),
  );
}
