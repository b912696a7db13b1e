// A real server that watches its plugins.
import { answerQuestions, programInput } from '../shared/child-process.mjs';
import { startPluginServer } from '../shared/plugin-server.mjs';

const { pluginsDir } = programInput();
const { port } = await startPluginServer(pluginsDir, { watch: true });
answerQuestions({}, { port });
