import { PassThrough, type Readable } from 'node:stream';
import type { LiveFeed } from './live-feed.ts';
import type { WantedTopics } from './live-topics.ts';

/** A line that says nothing, so that proxies keep the connection open. */
const heartbeatMs = 15_000;
/** A reader that lets this many bytes wait is cut off; it resumes where it was. */
const maxWaitingBytes = 1024 * 1024;

export interface LiveStreams {
  /** Opens a stream of server-sent events: those after `since`, then every new one. */
  open(topics: WantedTopics, since: string | undefined): Readable;
  /** Ends all streams, for a host that closes. */
  close(): void;
}

/** Makes the server-sent form of the host's live events. A reader that was away for too long gets `event: reset` first. */
export function createLiveStreams(feed: LiveFeed): LiveStreams {
  const open = new Set<PassThrough>();
  return {
    open(topics, since) {
      const stream = new PassThrough();
      open.add(stream);
      const write = (text: string): void => {
        if (stream.writableLength > maxWaitingBytes) stream.destroy();
        else stream.write(text);
      };
      // an id of its own is no event, but whoever is cut off before the first one resumes here
      const place = since === undefined && topics.numbered.length > 0 ? `id: ${feed.id}\n` : '';
      write(`retry: 1000\n${place}\n`);
      const stop = feed.follow(topics, since, {
        event: (event, topic) => write(frame(topic === 'plugins' ? 'plugin' : topic, event, event.id)),
        lines: (plugin, batch) => write(frame('log', { plugin, ...batch })),
        metrics: (figures) => write(frame('metric', figures)),
        reset: (id) => write(frame('reset', {}, id)),
      });
      const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs).unref();
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

/** What has no id leaves the reader where it was. */
function frame(name: string, data: object, id?: string): string {
  const place = id === undefined ? '' : `id: ${id}\n`;
  return `${place}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
