import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** How a version can be broken; a tenth of all versions each. */
const breakages = [
  { lastDigit: 2, code: () => `throw new Error('broken on purpose');\n` },
  { lastDigit: 5, code: () => `export const version = ;\n` },
  { lastDigit: 8, code: (version) => goodCode(version).replace('throwing = false', 'throwing = true') },
];

/** Whether the version with this number is one that must not go live; three of ten are. */
export function isBroken(version) {
  return breakageOf(version) !== undefined;
}

/** Writes the plugin under load; `save` makes its folder another version. */
export async function writeLoadedPlugin(pluginsDir) {
  const folder = path.join(pluginsDir, 'loaded');
  await mkdir(path.join(folder, 'lib'), { recursive: true });
  const manifest = { name: 'loaded', version: '1.0.0', backend: { entry: 'index.js' } };
  const files = {
    'plugin.json': JSON.stringify(manifest),
    'package.json': '{ "type": "module" }',
    'index.js': entryFile,
    'lib/routes.js': routesFile,
    'lib/schemas.js': schemasFile,
    'lib/wait.js': `export { setTimeout as wait } from 'node:timers/promises';\n`,
  };
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
  const save = (version) => {
    const code = breakageOf(version)?.code ?? goodCode;
    return writeFile(path.join(folder, 'lib/version.js'), code(version));
  };
  await save(0);
  return { name: 'loaded', save };
}

function breakageOf(version) {
  return breakages.find(({ lastDigit }) => version % 10 === lastDigit);
}

function goodCode(version) {
  return `export const version = ${version};\nexport const throwing = false;\n`;
}

const entryFile = `import { routes } from './lib/routes.js';
import { throwing } from './lib/version.js';

export default {
  onLoad(ctx) {
    for (const route of routes) ctx.registerRoute(route);
  },
  onEnable() {
    if (throwing) throw new Error('broken on purpose');
  },
};
`;

const routesFile = `import { answerSchema, bodySchema } from './schemas.js';
import { version } from './version.js';
import { wait } from './wait.js';

const schema = { response: { 200: answerSchema } };
export const routes = [
  { method: 'GET', url: '/fast', schema, handler: async () => ({ version, length: 0 }) },
  { method: 'GET', url: '/slow', schema, handler: async () => (await wait(20), { version, length: 0 }) },
  {
    method: 'POST',
    url: '/text',
    schema: { ...schema, body: bodySchema },
    handler: async ({ body }) => ({ version, length: body.text.length }),
  },
];
`;

const schemasFile = `export const answerSchema = {
  type: 'object',
  properties: { version: { type: 'integer' }, length: { type: 'integer' } },
};
export const bodySchema = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } };
`;
