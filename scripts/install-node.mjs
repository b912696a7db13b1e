import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { root, step } from './workspace.mjs';

/** Brings another version of Node by npm, once; resolves to its program. */
export async function installNode(major) {
  const folder = path.join(root, 'node_modules', '.cache', 'nodes', major);
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${system}-${process.arch}`;
  const binary = path.join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  await step(`Installing Node ${major}`, 'npm', ['install', '--no-save', '--prefix', folder, `${name}@${major}`], {
    quiet: true,
  });
  return binary;
}
