import { fileURLToPath } from 'node:url';
import { startProgram } from '../shared/child-process.mjs';

const program = fileURLToPath(new URL('serve.mjs', import.meta.url));
// a thousand plugins take a while
const limitMs = 120_000;

/** Starts `serve.mjs` in a process of its own, so that its CPU time is that of the server alone. */
export async function startServer(kind, directory, { execArgv = [] } = {}) {
  const { ready, ask, stop } = await startProgram(program, { kind, directory }, { execArgv, limitMs });
  return {
    port: ready.port,
    /** From the start of the process until it listened, in milliseconds. */
    listeningAfterMs: ready.listeningAfterMs,
    /** CPU time of the process so far, user and system, in microseconds. */
    async cpuMicros() {
      const { user, system } = await ask('cpu');
      return user + system;
    },
    /** Memory of the process now, in bytes, as `process.memoryUsage()` tells it. */
    memory: () => ask('memory'),
    /** From now on the CPU profiler looks at the process. */
    startProfile: () => ask('startProfile'),
    /** Microseconds since, by part; see `../profile/parts.mjs`. */
    stopProfile: () => ask('stopProfile'),
    stop,
  };
}
