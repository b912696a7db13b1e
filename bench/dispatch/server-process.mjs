import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('serve.mjs', import.meta.url));
const startLimitMs = 120_000;
const answerLimitMs = 10_000;

/** Starts `serve.mjs` in a process of its own, so that its CPU time is that of the server alone. */
export async function startServer(kind, directory, { execArgv = [] } = {}) {
  const child = fork(program, [kind, directory], { execArgv });
  const { port, listeningAfterMs } = await answer(child, startLimitMs);
  return {
    port,
    /** From the start of the process until it listened, in milliseconds. */
    listeningAfterMs,
    /** CPU time of the process so far, user and system, in microseconds. */
    async cpuMicros() {
      const answered = answer(child, answerLimitMs);
      child.send('cpu');
      const { cpu } = await answered;
      return cpu.user + cpu.system;
    },
    /** Memory of the process now, in bytes, as `process.memoryUsage()` tells it. */
    async memory() {
      const answered = answer(child, answerLimitMs);
      child.send('memory');
      return (await answered).memory;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.send('stop');
      await exited;
    },
  };
}

function answer(child, limitMs) {
  return new Promise((resolve, reject) => {
    const onMessage = (message) => end(() => resolve(message));
    const onExit = (code) => end(() => reject(new Error(`the server ended with code ${code}`)));
    const onTimeout = () => {
      child.kill();
      end(() => reject(new Error('the server did not answer in time')));
    };
    const timer = setTimeout(onTimeout, limitMs);
    const end = (settle) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      settle();
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
