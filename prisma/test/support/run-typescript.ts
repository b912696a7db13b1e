import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts a TypeScript file of this folder, with the sources of this package, in a process of its own. */
export function runTypescript(file: string, ...parameters: string[]): ChildProcess {
  const loader = new URL('./register-typescript.mjs', import.meta.url).href;
  return fork(fileURLToPath(new URL(file, import.meta.url)), parameters, {
    execArgv: ['--conditions=@catalyst-plugins/source', '--import', loader],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Ends a process as a power switch would, and waits until it is gone. */
export async function kill9(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
