// A real server with sockets: reloads when it is told to, and sends all clients numbered messages meanwhile.
import { answerQuestions, programInput } from '../shared/child-process.mjs';
import { startPluginServer } from '../shared/plugin-server.mjs';

const { pluginsDir, tickMs } = programInput();
const { host, port } = await startPluginServer(pluginsDir, { sockets: {} });
let ticks = 0;
let ticking;
answerQuestions(
  {
    reload: (name) => host.reload(name),
    startTicks() {
      ticking = setInterval(() => {
        ticks += 1;
        host.emit('tick', { number: ticks });
      }, tickMs);
    },
    /** How many there were. */
    stopTicks() {
      clearInterval(ticking);
      return ticks;
    },
  },
  { port },
);
