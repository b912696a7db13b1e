// A real server whose plugins are reloaded when it is told to.
import { answerQuestions, programInput } from '../shared/child-process.mjs';
import { startPluginServer } from '../shared/plugin-server.mjs';

const { pluginsDir } = programInput();
const { host, port } = await startPluginServer(pluginsDir);
answerQuestions(
  {
    /** Whether the reload succeeded. */
    reload: (name) =>
      host.reload(name).then(
        () => true,
        () => false,
      ),
    generations: () => host.inspect().generations,
  },
  { port },
);
