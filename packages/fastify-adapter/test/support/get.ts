import { request, type Agent, type IncomingHttpHeaders } from 'node:http';
import type { ServerProcess } from './server-process.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface GetOptions {
  /** Default: a connection of its own. */
  readonly agent?: Agent;
  readonly timeoutMs?: number;
}

/** Sends a request to a server in another process. */
export function get(server: ServerProcess, path: string, options: GetOptions = {}): Promise<Answer> {
  const { agent = false, timeoutMs = 60_000 } = options;
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { agent }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.on('error', reject);
    });
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end();
  });
}
