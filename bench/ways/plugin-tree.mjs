import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** How large the plugin is that every way loads. */
export const treeSizes = {
  small: { title: '5 files, 4 kB', files: 5, bytes: 4_000 },
  medium: { title: '40 files, 200 kB', files: 40, bytes: 200_000 },
  large: { title: '200 files, 1 MB', files: 200, bytes: 1_000_000 },
};

/** The plugin tells what it answers with this event, and keeps weak references to its generations under this symbol. */
export const answerEvent = 'bench:answer';
export const generationsKey = 'catalyst-plugins.bench.generations';

/**
 * Writes a plugin of JavaScript modules, a tree by their imports: module i imports 2i+1 and 2i+2.
 * Each has a number, its edition; the plugin answers with the sum of all, so any edit that takes effect shows.
 */
export async function writePluginTree(directory, sizeName) {
  const size = treeSizes[sizeName];
  const folder = path.join(directory, 'tree');
  await mkdir(path.join(folder, 'lib'), { recursive: true });
  const manifest = { name: 'tree', version: '1.0.0', backend: { entry: 'index.js' } };
  await writeFile(path.join(folder, 'plugin.json'), JSON.stringify(manifest));
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  for (let index = 0; index < size.files; index += 1) await editModule(folder, sizeName, index, 0);
  return { folder, sizeName };
}

/** The tree in a folder that `writePluginTree` has written. */
export function openTree({ folder, sizeName }) {
  const { files } = treeSizes[sizeName];
  const editions = Array.from({ length: files }, () => 0);
  return {
    name: 'tree',
    folder,
    entry: fileOf(folder, 0),
    /** The entry, and the module that is the farthest from it. */
    entryIndex: 0,
    farthestIndex: files - 1,
    /** Gives a module its next edition; resolves to its file and to what the plugin answers with it. */
    async edit(index) {
      editions[index] += 1;
      const file = await editModule(folder, sizeName, index, editions[index]);
      return { file, answer: editions.reduce((sum, edition) => sum + edition, 0) };
    },
  };
}

function fileOf(folder, index) {
  return path.join(folder, index === 0 ? 'index.js' : `lib/m${index}.js`);
}

async function editModule(folder, sizeName, index, edition) {
  const { files, bytes } = treeSizes[sizeName];
  const file = fileOf(folder, index);
  const children = [2 * index + 1, 2 * index + 2].filter((child) => child < files);
  const head = children.map((child) => `import * as m${child} from './${index === 0 ? 'lib/' : ''}m${child}.js';\n`);
  const sum = ['edition', ...children.map((child) => `m${child}.sum()`)].join(' + ');
  const tail = `const edition = ${edition};\nexport const sum = () => ${sum};\n${index === 0 ? entryCode : ''}`;
  await writeFile(file, `${head.join('')}${filling(index, bytes / files - tail.length)}${tail}`);
  return file;
}

const entryCode = `export const generation = { sum };
globalThis[Symbol.for('${generationsKey}')]?.push(new WeakRef(generation));
export default { onEnable: (ctx) => void ctx.emit('${answerEvent}', sum()) };
`;

/** Functions, classes and tables, as plugins have them. */
function filling(index, bytes) {
  let text = '';
  for (let part = 0; text.length < bytes; part += 1) text += index % 2 === 0 ? functionCode(part) : classCode(part);
  return text;
}

function functionCode(part) {
  return `// computes part ${part}
export function compute${part}(count, label = 'x${part}') {
  const parts = [];
  for (let index = 0; index < count; index += 1) parts.push(label + index.toString(36));
  if (parts.length > 10) return parts.slice(0, 10).join('/');
  return parts.map((text) => text.toUpperCase()).join(',');
}
export const table${part} = { count: ${part}, title: 'row ${part}', list: [1, 2, 3, ${part}], nested: { note: 'lorem ipsum dolor' } };
`;
}

function classCode(part) {
  return `class Service${part} {
  count = ${part};
  get(key) { return { key, count: this.count++, label: \`service ${part} \${key}\` }; }
  async load(ids) {
    const found = [];
    for (const id of ids) found.push(await Promise.resolve(this.get(id)));
    return found;
  }
}
export const service${part} = new Service${part}();
`;
}
