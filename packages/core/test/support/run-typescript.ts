import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a process ended and what it wrote. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const loader = new URL('./register-typescript.mjs', import.meta.url).href;

/** Runs a TypeScript file of this folder in a process of its own until it ends. */
export function runTypescript(
  file: string,
  parameters: readonly string[],
  flags: readonly string[] = [],
): Promise<Ended> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const args = [...flags, '--conditions=@catalyst-plugins/source', '--import', loader, script, ...parameters];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
}
