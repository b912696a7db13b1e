import { setTimeout as wait } from 'node:timers/promises';
import { openConnection, requestText } from '../../bench/shared/keep-alive-connection.mjs';
import { isBroken } from '../../bench/traffic/plugin-versions.mjs';
import { pick } from './random.mjs';

const text = 'x'.repeat(2_000);

/** What is asked for; `isRight(body, before, live)` looks at what an answer with 200 has in it. */
const kinds = [
  { weight: 20, plugin: 'steady', url: '/hello', isRight: ({ hello }) => hello === 'world' },
  { weight: 3, plugin: 'steady', url: '/notes', isRight: ({ notes }) => notes >= 0 },
  {
    weight: 2,
    plugin: 'steady',
    url: '/store',
    body: (lane, number) => ({ key: `key-${lane}`, value: number }),
    isRight: ({ value }, { body }) => value === body.value,
  },
  {
    weight: 2,
    plugin: 'steady',
    url: '/note',
    body: (lane, number) => ({ id: `note-${lane}`, at: number }),
    isRight: ({ found }) => found === 1,
  },
  {
    weight: 2,
    plugin: 'steady',
    url: '/log',
    body: (_lane, number) => ({ number }),
    isRight: ({ number }, { body }) => number === body.number,
  },
  { weight: 20, plugin: 'loaded', url: '/fast', isRight: isVersion },
  { weight: 8, plugin: 'loaded', url: '/slow', isRight: isVersion },
  {
    weight: 5,
    plugin: 'loaded',
    url: '/text',
    body: () => ({ text }),
    isRight: (body, before, live) => body.length === text.length && isVersion(body, before, live),
  },
  { weight: 10, plugin: 'switched', url: '/hello', isRight: ({ hello }) => hello === 'world' },
  { weight: 10, plugin: 'crashing', url: '/hello', isRight: ({ hello }) => hello === 'world' },
  { weight: 6, plugin: 'refused', url: '/rows', isRight: ({ rows }) => rows === 1 },
  {
    weight: 10,
    plugin: 'configured',
    url: '/round',
    isRight: ({ round }, before, live) => round >= before.round && round <= live.writtenRound,
  },
];

/** Not older than what was live when the request was sent, not newer than what was written, and no broken one. */
function isVersion({ version }, before, live) {
  return version >= before.version && version <= live.written && !isBroken(version);
}

/** Asks at a steady pace until `isOver()`, and compares each answer with what the chaos log explains. */
export async function keepAsking({ port, random, log, live, isOver, perSecond }) {
  const load = { requests: 0, explained: 0, unexpected: 0, problems: [], latencies: [] };
  const lanes = 12;
  const everyMs = (1_000 / perSecond) * lanes;
  const runs = Array.from({ length: lanes }, (_, lane) =>
    runLane({ port, random, log, live, isOver }, load, lane, everyMs),
  );
  await Promise.all(runs);
  return load;
}

async function runLane({ port, random, log, live, isOver }, load, lane, everyMs) {
  let connection = await openConnection(port);
  let next = performance.now() + random() * everyMs;
  while (!isOver()) {
    await wait(Math.max(0, next - performance.now()));
    // whoever fell behind does not catch up in a burst
    next = Math.max(next + everyMs * (0.5 + random()), performance.now());
    const kind = pick(random, kinds);
    load.requests += 1;
    const before = { ...live, body: kind.body?.(lane, load.requests) };
    const sentAt = performance.now();
    try {
      const { status, body } = await connection.request(textOf(kind, before.body));
      const answeredAt = performance.now();
      if (load.requests % 10 === 0) load.latencies.push(answeredAt - sentAt);
      const outcome = log.explain(kind.plugin, { status, sentAt, answeredAt });
      if (outcome === 'explained') load.explained += 1;
      const isWrong = outcome === 'right' && !kind.isRight(JSON.parse(body), before, live);
      if (outcome === 'unexplained' || isWrong)
        note(load, `${status} ${body.slice(0, 300)}, sent in ${JSON.stringify(before)}`, kind);
    } catch (error) {
      note(load, error.message, kind);
      connection.close();
      connection = await openConnection(port);
    }
  }
  connection.close();
}

function textOf({ plugin, url }, body) {
  const path = `/api/plugins/${plugin}${url}`;
  return body === undefined ? requestText('GET', path) : requestText('POST', path, JSON.stringify(body));
}

function note(load, what, { plugin, url }) {
  load.unexpected += 1;
  if (load.problems.length < 20) load.problems.push(`${new Date().toISOString()} ${plugin}${url}: ${what}`);
}
