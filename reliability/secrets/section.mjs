import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { whole } from '../../bench/shared/table.mjs';
import { inTemporaryFolder } from '../../bench/shared/temporary-folder.mjs';
import { openServer } from '../shared/admin-client.mjs';
import { caseSection } from '../shared/case-section.mjs';
import { startHost } from '../shared/host-program.mjs';
import { formsOf, noSecret, plantCanaries } from './canaries.mjs';
import { writeTalkativePlugins } from './plugins.mjs';
import { readAllOf } from './read-everything.mjs';
import { readTables } from './read-tables.mjs';
import { useSecrets } from './use-secrets.mjs';

/** Whether secrets are seen anywhere, and whether what is none is. */
export const secrets = caseSection({
  name: 'secrets',
  title: 'Secrets',
  introduction: `Where do secrets turn up? Twenty of them are planted: in defaults, settings, the environment, tokens and keys. A plugin tells
those that it has in every way: in lines of the log, errors, crashes, answers of \`health\`; administrators save, try, refuse
and restore them. Then everything that there is to read is searched for them: every \`GET\` that the OpenAPI document lists,
of the admin API, the operations API and the plugins, for each plugin and in each format; the metrics and the probes; live
events; answers to all that was done; the log of the host; the rows of all tables and the files of its database. Answers that
are refusals are searched too, but do not count as places.`,
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
    const where = database(directory, canaries);
    const input = { pluginsDir, logFile, db: ['ledger'], database: where };
    const host = await startHost(input, { env });
    const told = [];
    try {
      const server = openServer(host.ready.port);
      told.push(...(await useSecrets(server, canaries)), ...(await readAllOf(server)));
    } finally {
      await host.stop();
    }
    told.push({ from: 'the log', isPlace: true, text: await readFile(logFile, 'utf8') });
    told.push(...(await textsOf(path.join(directory, 'data'))), ...(await readTables(where)));
    return casesOf(title, canaries, told);
  });
}

function casesOf(title, canaries, told) {
  const shownBy = '`npm run reliability -- secrets`';
  const hits = hitsOf(canaries, told);
  const places = told.filter(({ isPlace }) => isPlace);
  const controls = places.filter(({ text }) => text.includes(noSecret));
  const blind = ['PUT ', 'GET /api/plugins', 'GET /plugins/config', 'the log', 'live events', 'table '].filter(
    (place) => !controls.some(({ from }) => from.startsWith(place)),
  );
  return [
    {
      what: `Places where one of ${Object.keys(canaries).length} secrets was seen, with ${title}`,
      figure: `${hits.length} of ${whole(places.length)} places`,
      bound: '0 of 50 at least',
      held: hits.length === 0 && places.length >= 50,
      problems: hits,
      note: `Places, with ${title}: ${kindsOf(places)}. ${whole(told.length - places.length)} refusals and empty ones are searched beside them.`,
      shownBy,
    },
    {
      what: `Places where a text was seen that is no secret, with ${title}`,
      figure: `${whole(controls.length)} places`,
      bound: '5 at least: answers of both APIs, log, events, tables',
      held: controls.length >= 5 && blind.length === 0,
      problems: blind.map((place) => `nothing was seen in ${place}`),
      shownBy,
    },
  ];
}

/** How many places there are of each kind. */
function kindsOf(places) {
  const kinds = [
    ['answers of the admin API, of plugins and of the host', /^GET /],
    ['answers to commands', /^(?:PUT|POST) /],
    ['live events', /^live events/],
    ['the log', /^the log/],
    ['tables', /^table /],
    ['files of the database', /^file /],
  ];
  const counted = kinds.map(([kind, pattern]) => [kind, places.filter(({ from }) => pattern.test(from)).length]);
  return counted.flatMap(([kind, count]) => (count === 0 ? [] : [`${whole(count)} × ${kind}`])).join(', ');
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
    files.map(async (file) => {
      const text = await readFile(file, 'latin1');
      return { from: `file ${path.relative(folder, file)}`, isPlace: true, text };
    }),
  );
}
