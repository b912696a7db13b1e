import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

export const url = '/api/plugins/edited/edition';

/** Writes a plugin that answers with the number in its other file; `save` saves that file as an editor would. */
export async function writeEditedPlugin(pluginsDir) {
  const folder = path.join(pluginsDir, 'edited');
  await mkdir(folder);
  const save = (edition) => writeFile(path.join(folder, 'edition.js'), `export const edition = ${edition};\n`);
  await writeFile(
    path.join(folder, 'plugin.json'),
    JSON.stringify({ name: 'edited', version: '1.0.0', backend: { entry: 'index.js' } }),
  );
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(path.join(folder, 'index.js'), entryFile);
  await save(0);
  return { save };
}

const entryFile = `import { edition } from './edition.js';
export default {
  onLoad: (ctx) => void ctx.registerRoute({ method: 'GET', url: '/edition', handler: async () => ({ edition }) }),
};
`;
