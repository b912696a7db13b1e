import { PassThrough, type Readable } from 'node:stream';
import type { ServedFrontends } from './served-frontends.ts';

/** A line that says nothing, so that proxies keep the connection open. */
const heartbeatMs = 15_000;

export interface FrontendStreams {
  /** Opens a stream of server-sent events: one `reset` whenever another list of frontends is true. */
  open(): Readable;
  /** Ends all streams, for a server that closes. */
  close(): void;
}

/** Tells pages that their frontends are others now; they then read the list. */
export function createFrontendStreams(frontends: ServedFrontends): FrontendStreams {
  const open = new Set<PassThrough>();
  return {
    open() {
      const stream = new PassThrough();
      open.add(stream);
      stream.write('retry: 1000\n\n');
      const stop = frontends.onChange(() => stream.write('event: reset\ndata: {}\n\n'));
      const heartbeat = setInterval(() => stream.write(': still here\n\n'), heartbeatMs).unref();
      stream.once('close', () => {
        stop();
        clearInterval(heartbeat);
        open.delete(stream);
      });
      return stream;
    },
    close() {
      for (const stream of open) stream.end();
    },
  };
}
