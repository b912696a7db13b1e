import { setTimeout as wait } from 'node:timers/promises';
import { isBroken } from '../../bench/traffic/plugin-versions.mjs';
import { readableAddresses } from '../shared/readable-addresses.mjs';
import { pick } from './random.mjs';

const limitMs = 60_000;

/**
 * Does something to a plugin every now and then, until `isOver()`; what it did stands in the chaos log, what did not come
 * of it in `problems`. `live` tells the load what answers must have.
 */
export async function disturb({ server, admin, files, random, log, live, problems, isOver, everyMs }) {
  const chaos = { server, admin, files, random, log, live, versions: { loaded: 0, chat: 0, clock: 0 }, rounds: 0 };
  while (!isOver()) {
    const act = pick(random, acts);
    log.count(act.name);
    try {
      await act.run(chaos);
    } catch (error) {
      problems.push(`${act.name}: ${error.message}`);
    }
    await wait(everyMs * (0.5 + random()));
  }
  return chaos;
}

const acts = [
  { name: 'reload under load', weight: 10, run: reloadLoaded },
  { name: 'reload with sockets', weight: 3, run: (chaos) => reloadQuietly(chaos, 'chat') },
  { name: 'reload with a task', weight: 2, run: (chaos) => reloadQuietly(chaos, 'clock') },
  { name: 'disable and enable', weight: 4, run: switchOffAndOn },
  { name: 'configure', weight: 4, run: configure },
  { name: 'crash', weight: 2, run: crash },
  { name: 'revoke and grant', weight: 3, run: revokeAndGrant },
  { name: 'read everything', weight: 4, run: readEverything },
];

/** The watcher takes a good version over, and refuses a broken one. */
async function reloadLoaded({ admin, files, versions, live, log }) {
  const before = await admin.get('/loaded');
  versions.loaded += 1;
  const version = versions.loaded;
  const broken = isBroken(version);
  const isMended = broken ? log.breaks('loaded') : () => undefined;
  if (broken) log.count('of them broken');
  else live.written = version;
  await files.loaded.save(version);
  await until(`version ${version} is ${broken ? 'refused' : 'live'}`, async () => {
    const { generation, state, lastFailure } = await admin.get('/loaded');
    const failedSince = lastFailure !== null && lastFailure.at !== before.lastFailure?.at;
    return broken ? failedSince : generation !== before.generation && state === 'active';
  });
  isMended();
  if (!broken) live.version = version;
}

async function reloadQuietly({ admin, files, versions }, name) {
  const { generation } = await admin.get(`/${name}`);
  versions[name] += 1;
  await files[name].save(versions[name]);
  await until(`${name} is reloaded`, async () => {
    const now = await admin.get(`/${name}`);
    return now.generation !== generation && now.state === 'active';
  });
}

async function switchOffAndOn({ admin, log, random }) {
  const mayBeDown = log.may('switched', 503);
  await command(admin, 'POST', '/switched/enable', { enabled: false });
  const isDown = log.must('switched', 503);
  await wait(200 + random() * 800);
  isDown();
  await command(admin, 'POST', '/switched/enable', { enabled: true });
  mayBeDown();
}

async function configure(chaos) {
  chaos.rounds += 1;
  const { admin, live, rounds } = chaos;
  live.writtenRound = rounds;
  await command(admin, 'PUT', '/configured/config', { config: { round: rounds } });
  live.round = rounds;
}

/** It comes back by itself, or is enabled out of quarantine. */
async function crash({ admin, log }) {
  const mayBeDown = log.may('crashing', 503);
  const isMended = log.breaks('crashing');
  const { generation } = await admin.get('/crashing');
  await command(admin, 'POST', '/crashing/crash');
  await until('the crash is noticed', async () => {
    const { state, generation: now } = await admin.get('/crashing');
    return state !== 'active' || now !== generation;
  });
  await until('the plugin is back', async () => {
    const { state } = await admin.get('/crashing');
    if (state === 'quarantined') await command(admin, 'POST', '/crashing/enable', { enabled: true });
    return state === 'active';
  });
  isMended();
  mayBeDown();
}

async function revokeAndGrant({ admin, log, random }) {
  const mayBeRefused = log.may('refused', 403);
  await command(admin, 'PUT', '/-/refused/grants', { revoke: ['ledger.read'] });
  const isRefused = log.must('refused', 403);
  await wait(200 + random() * 800);
  isRefused();
  await command(admin, 'PUT', '/-/refused/grants', { grant: ['ledger.read'] });
  mayBeRefused();
}

async function readEverything({ server, log }) {
  for (const { url, isAdmin } of await readableAddresses(server)) {
    if (!isAdmin) continue;
    log.count('address read');
    await server.get(url);
  }
}

async function command(admin, method, path, body) {
  const { status, text } = await admin.ask(method, path, { body });
  if (status !== 200) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 300)}`);
}

async function until(what, isSo) {
  const end = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`it is not so after ${limitMs / 1_000} s that ${what}`);
    await wait(25);
  }
}
