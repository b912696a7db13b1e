import { openConnection, requestText } from '../../bench/shared/keep-alive-connection.mjs';

/**
 * Asks for urls on some connections, one request after the other on each, until `stop`. Resolves to every answer that
 * `isRight(status, body, url)` does not take, and how many there were.
 */
export async function askOften(port, urls, { connections = 8, isRight = (status) => status === 200 } = {}) {
  const seen = { requests: 0, wrong: 0, problems: [] };
  const ending = new AbortController();
  const note = (what) => {
    seen.wrong += 1;
    if (seen.problems.length < 5) seen.problems.push(what);
  };
  const run = async (index) => {
    let connection = await openConnection(port);
    for (let turn = index; !ending.signal.aborted; turn += 1) {
      const url = urls[turn % urls.length];
      seen.requests += 1;
      try {
        const { status, body } = await connection.request(requestText('GET', url));
        if (!isRight(status, body, url)) note(`${url}: ${status} ${body.slice(0, 200)}`);
      } catch (error) {
        note(`${url}: ${error.message}`);
        connection = await openConnection(port);
      }
    }
    connection.close();
  };
  const runs = Array.from({ length: connections }, (_, index) => run(index));
  return {
    async stop() {
      ending.abort();
      await Promise.all(runs);
      return seen;
    },
  };
}
