import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Every generation is a thread; the one before ends when the next has answered. */
export async function open({ entry }) {
  const program = new URL('worker-program.mjs', import.meta.url);
  let running;
  return {
    async load() {
      const next = new Worker(program, { workerData: pathToFileURL(entry).href });
      const [answer] = await once(next, 'message');
      void running?.terminate();
      running = next;
      return answer;
    },
    close: () => running?.terminate(),
  };
}
