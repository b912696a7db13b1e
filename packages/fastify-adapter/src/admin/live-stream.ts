import { PassThrough, type Readable } from 'node:stream';
import type { PluginHost } from '@catalyst-plugins/core';
import type { LiveEvent } from '@catalyst-plugins/core/protocol';

/** A line that says nothing, so that proxies keep the connection open. */
const heartbeatMs = 15_000;
/** A reader that lets this many bytes wait is cut off; it resumes where it was. */
const maxWaitingBytes = 1024 * 1024;

export interface LiveStreams {
  /** Opens a stream of server-sent events: those after `since`, then every new one. */
  open(since: number | undefined): Readable;
  /** Ends all streams, for a host that closes. */
  close(): void;
}

/** Makes the server-sent form of the host's live events. A reader that was away for too long gets `event: reset` first. */
export function createLiveStreams(host: PluginHost): LiveStreams {
  const open = new Set<PassThrough>();
  return {
    open(since) {
      const stream = new PassThrough();
      open.add(stream);
      const write = (text: string): void => {
        if (stream.writableLength > maxWaitingBytes) stream.destroy();
        else stream.write(text);
      };
      const unsubscribe = host.events.subscribe((event) => write(frame(event)));
      const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs).unref();
      stream.once('close', () => {
        unsubscribe();
        clearInterval(heartbeat);
        open.delete(stream);
      });
      write('retry: 1000\n\n');
      const missed = since === undefined ? [] : host.events.since(since);
      if (missed) missed.forEach((event) => write(frame(event)));
      else write(`id: ${host.events.seq}\nevent: reset\ndata: {}\n\n`);
      return stream;
    },
    close() {
      for (const stream of open) stream.end();
    },
  };
}

function frame(event: LiveEvent): string {
  return `id: ${event.seq}\nevent: plugin\ndata: ${JSON.stringify(event)}\n\n`;
}
