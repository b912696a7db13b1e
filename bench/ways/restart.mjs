import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Waits until the restarted process answers, so Node's noticing of the change is part of it. */
export async function open({ entry }) {
  const program = fileURLToPath(new URL('restart-program.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--watch', program, pathToFileURL(entry).href], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let latest;
  let notify = () => {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('answer ')) return;
    latest = Number(line.slice(7));
    notify();
  });
  const isThere = (change) => (change ? latest === change.answer : latest !== undefined);
  return {
    /** Node tells an edit that no module of it needed by staying silent; that is `undefined` after a while. */
    async load(change) {
      const deadline = AbortSignal.timeout(5_000);
      while (!isThere(change) && !deadline.aborted) {
        await new Promise((resolve) => {
          notify = resolve;
          deadline.addEventListener('abort', resolve, { once: true });
        });
      }
      return isThere(change) ? latest : undefined;
    },
    async close() {
      const exited = once(child, 'exit');
      child.stdin.end();
      child.kill();
      await exited;
    },
  };
}
