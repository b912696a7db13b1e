import { setTimeout as wait } from 'node:timers/promises';
import { seededRandom } from './random.mjs';

const address = '/api/plugins/events?topics=plugins,health,task,audit,metric,log:*';

/**
 * Follows the live events of a host in two ways: one reader stays, the other comes and goes and has told to it what it
 * missed. `end()` lets both go and resolves to what each of them heard.
 */
export function readEvents(server, seed) {
  const ending = new AbortController();
  const readers = [stay(server, ending.signal), comeAndGo(server, ending.signal, seededRandom(seed))];
  // told when it is over
  for (const reader of readers) reader.catch(() => undefined);
  return {
    async end() {
      ending.abort();
      const [staying, coming] = await Promise.all(readers);
      return { staying: outcomeOf(staying), coming: outcomeOf(coming) };
    },
  };
}

async function stay(server, signal) {
  const heard = { numbers: [], resets: 0, connections: 1 };
  await follow(server, heard, signal);
  if (!signal.aborted) throw new Error('the stream of live events ended');
  return heard;
}

async function comeAndGo(server, signal, random) {
  const heard = { numbers: [], resets: 0, connections: 0 };
  while (!signal.aborted) {
    heard.connections += 1;
    await followFor(500 + random() * 4_000, server, heard, signal);
    await wait(random() * 2_000, undefined, { signal }).catch(() => undefined);
  }
  return heard;
}

async function followFor(ms, server, heard, signal) {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  // a composed signal of Node 20 is forgotten before its time is over
  const timer = setTimeout(leave, ms);
  signal.addEventListener('abort', leave);
  try {
    await follow(server, heard, leaving.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}

async function follow(server, heard, signal) {
  const headers = heard.last === undefined ? {} : { 'last-event-id': heard.last };
  let rest = '';
  for await (const piece of server.listen(address, { headers, signal })) {
    const frames = (rest + piece).split('\n\n');
    rest = frames.pop();
    for (const frame of frames) {
      const [, id, number] = /^id: (\w+-(\d+))$/m.exec(frame) ?? [];
      heard.last = id ?? heard.last;
      if (/^event: reset$/m.test(frame)) heard.resets += 1;
      else if (number !== undefined) heard.numbers.push(Number(number));
    }
  }
}

/** The numbers of events of all topics have no gaps. */
function outcomeOf({ numbers, resets, connections }) {
  const steps = numbers.slice(1).map((number, index) => number - numbers[index]);
  return {
    heard: numbers.length,
    connections,
    missed: resets + steps.reduce((sum, step) => sum + Math.max(0, step - 1), 0),
    doubled: steps.filter((step) => step < 1).length,
  };
}
