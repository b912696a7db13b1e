import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  /** Standard output and error so far. */
  output(): string;
  /** Whether the process runs. */
  isAlive(): boolean;
  /** Ends it as a machine that runs out of patience does; resolves when it is gone. */
  kill(): Promise<void>;
}

const sources = '--conditions=@catalyst-plugins/source';
const loader = new URL('../../../core/test/support/register-typescript.mjs', import.meta.url).href;

/** Runs a TypeScript file of this folder that prints the address of its server as the first line. */
export async function startServerProcess(file: string, ...parameters: readonly string[]): Promise<ServerProcess> {
  return start([sources], file, parameters);
}

/** The same with the packages as they are published, which have to be built before. */
export async function startBuiltServerProcess(file: string, ...parameters: readonly string[]): Promise<ServerProcess> {
  return start([], file, parameters);
}

async function start(options: readonly string[], file: string, parameters: readonly string[]): Promise<ServerProcess> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const args = [...options, '--import', loader, script, ...parameters];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      const line = /^http:.*$/m.exec(output)?.[0];
      if (line !== undefined) resolve(line);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    void ended.then(() => reject(new Error(`the server ended: ${output}`)));
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url,
    output: () => output,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
