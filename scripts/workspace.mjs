// What the scripts of this workspace share: finding its root, running commands, and doing slow steps only when needed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeStaleOutput } from './remove-stale-output.mjs';

/** The root folder of the workspace. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const installStamp = path.join(root, 'node_modules', '.catalyst-installed');

/** Runs a command in the workspace; resolves to its exit code. */
export function run(command, args, { env = {}, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0 && quiet) process.stderr.write(output);
      resolve(code ?? 1);
    });
  });
}

/** Runs a step that must succeed, saying what it does; ends the process when it fails. */
export async function step(what, command, args, options) {
  const started = Date.now();
  process.stderr.write(`${what} …\n`);
  const code = await run(command, args, options);
  if (code !== 0) {
    process.stderr.write(`${what}: failed with exit code ${code}\n`);
    process.exit(code);
  }
  process.stderr.write(`${what}: done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

/** Runs a tool that the workspace has installed. */
export function tool(name) {
  return path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}

/** The command and arguments that run the pnpm of this workspace, which needs no installation. */
export function pnpm(...args) {
  return ['npx', ['-y', packageManager, ...args]];
}

/** Installs the dependencies, unless that was done for the lockfile as it is. */
export async function install() {
  refuseOldNode();
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(root, 'pnpm-lock.yaml')))
    .digest('hex');
  if (existsSync(installStamp) && readFileSync(installStamp, 'utf8') === wanted) return;
  await step('Installing dependencies', ...pnpm('install', '--frozen-lockfile'), { env: { CI: 'true' } });
  mkdirSync(path.dirname(installStamp), { recursive: true });
  writeFileSync(installStamp, wanted);
}

/** Arguments of `node` that run a TypeScript compiler: 6 is what we build with, 7 what users may have. */
export function typescript(major) {
  const folder = path.join(root, 'node_modules', major === 7 ? 'typescript7' : 'typescript');
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return [path.join(folder, bin.tsc)];
}

/** Compiles what has changed. */
export async function build() {
  removeStaleOutput(root);
  await step('Building', process.execPath, [...typescript(6), '-b']);
  await step('Building the panel', process.execPath, ['packages/panel/scripts/build-panel.mjs']);
}

/** Builds the gallery of the panel's states. */
export async function buildGallery() {
  await step('Building the gallery', process.execPath, ['examples/gallery/scripts/build-gallery.mjs']);
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`Node ${process.versions.node} is too old: Catalyst Plugins needs 20.19 or newer.\n`);
  process.exit(1);
}
