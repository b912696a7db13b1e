import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const exampleFolder = fileURLToPath(new URL('..', import.meta.url));
export const token = 'token-for-tests';

/** A place for one test: a copy of the example's plugins, and an empty data directory. */
export interface Workplace extends AsyncDisposable {
  readonly pluginsDir: string;
  readonly dataDir: string;
}

export async function createWorkplace(): Promise<Workplace> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'catalyst-host-'));
  const pluginsDir = path.join(directory, 'catalyst-plugins');
  await cp(path.join(exampleFolder, 'catalyst-plugins'), pluginsDir, { recursive: true });
  return {
    pluginsDir,
    dataDir: path.join(directory, 'data'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The example host, built and started in a process of its own as `npm start` does. */
export interface RunningHost extends AsyncDisposable {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** A request to the admin API with the token. */
  admin(path: string, method?: string, body?: unknown): Promise<Response>;
  /** Ends it as an orchestrator does; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
}

/** Starts the host on a free port and waits until it says where it is. */
export async function startHost(place: Workplace, environment: NodeJS.ProcessEnv = {}): Promise<RunningHost> {
  const child = spawn(process.execPath, [path.join(exampleFolder, 'dist', 'main.js')], {
    env: {
      ...process.env,
      PORT: '0',
      PLUGINS_DIR: place.pluginsDir,
      DATA_DIR: place.dataDir,
      DATABASE_URL: '',
      ADMIN_TOKEN: token,
      LOG_LEVEL: 'info',
      PLUGIN_HOT_RELOAD: 'true',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    const look = (): void => {
      const found = /Application +(http:\/\/\S+?)\/\s/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', look);
    void exited.then(() => reject(new Error(`the host ended:\n${output}`)));
  });
  const send = (where: string, init?: RequestInit): Promise<Response> => fetch(`${url}${where}`, init);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    url,
    process: child,
    output: () => output,
    fetch: send,
    admin: (where, method = 'GET', body) =>
      send(where, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  };
}
