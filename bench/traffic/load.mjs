import { openConnection, requestText } from '../shared/keep-alive-connection.mjs';

const text = 'x'.repeat(20_000);

/** What is asked for, of ten requests. */
export const requestKinds = [
  { key: 'fast', title: 'GET', of10: 6, text: requestText('GET', '/api/plugins/loaded/fast'), length: 0 },
  {
    key: 'slow',
    title: 'GET that takes 20 ms',
    of10: 2,
    text: requestText('GET', '/api/plugins/loaded/slow'),
    length: 0,
  },
  {
    key: 'post',
    title: 'POST 20 kB',
    of10: 2,
    text: requestText('POST', '/api/plugins/loaded/text', JSON.stringify({ text })),
    length: text.length,
  },
];
const tenKinds = requestKinds.flatMap((kind) => Array.from({ length: kind.of10 }, () => kind));

/**
 * Keeps connections busy until `stop`, one request at a time on each, and checks every answer: its status, its content,
 * and that its version is not older than what was live when the request was sent or answered on that connection before.
 */
export async function startLoad(port, connections, isLiveable) {
  const load = {
    phase: undefined,
    live: 0,
    latest: 0,
    failures: [],
    failed: 0,
    requests: 0,
    latencies: new Map(),
    stopped: false,
  };
  const runs = Array.from({ length: connections }, () => runConnection(port, load, isLiveable));
  return {
    /** Under which name latencies are kept from now on; `undefined` keeps none. */
    setPhase: (phase) => (load.phase = phase),
    /** A version was written: from now on answers may have it. */
    written: (version) => (load.latest = version),
    /** A version went live: requests from now on must have it. */
    wentLive: (version) => (load.live = version),
    /** Resolves to what happened, when the last requests are answered. */
    async stop() {
      load.stopped = true;
      await Promise.all(runs);
      const { latencies, requests, failed, failures } = load;
      return { latencies, requests, failed, failures };
    },
  };
}

async function runConnection(port, load, isLiveable) {
  const state = { connection: await openConnection(port), version: 0 };
  while (!load.stopped) {
    const kind = tenKinds[Math.floor(Math.random() * tenKinds.length)];
    const { phase } = load;
    const oldest = Math.max(load.live, state.version);
    const start = performance.now();
    load.requests += 1;
    try {
      const answer = await state.connection.request(kind.text);
      const ms = performance.now() - start;
      const { version, length } = answer.status === 200 ? JSON.parse(answer.body) : {};
      const isRight = length === kind.length && version >= oldest && version <= load.latest && isLiveable(version);
      if (!isRight) fail(load, `${kind.title}: ${answer.status} ${answer.body.slice(0, 120)}, at least ${oldest}`);
      else state.version = version;
      if (phase !== undefined) keep(load.latencies, phase, kind.key, ms);
    } catch (error) {
      fail(load, `${kind.title}: ${error.message}`);
      state.connection = await openConnection(port);
    }
  }
  state.connection.close();
}

function fail(load, what) {
  load.failed += 1;
  if (load.failures.length < 5) load.failures.push(what);
}

function keep(latencies, phase, kind, ms) {
  const key = `${phase} ${kind}`;
  const kept = latencies.get(key);
  if (kept) kept.push(ms);
  else latencies.set(key, [ms]);
}
