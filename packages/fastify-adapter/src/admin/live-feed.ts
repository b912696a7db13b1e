import { topicOf, type PluginHost } from '@catalyst-plugins/core';
import type { LiveEvent, LiveMetrics, LiveTopic, PluginLogBatch } from '@catalyst-plugins/core/protocol';
import { LiveMetricsFeed } from './live-metrics-feed.ts';
import type { WantedTopics } from './live-topics.ts';

/** Somebody who is told what happens, over whatever connection. */
export interface LiveReader {
  event(event: LiveEvent, topic: LiveTopic): void;
  /** Lines of a plugin, or of all where the name is `*`. They have numbers of their own. */
  lines(plugin: string, batch: PluginLogBatch): void;
  /** Figures of this moment, once a second: everything first, then what is new. */
  metrics(figures: LiveMetrics): void;
  /** Events were missed for good; the latest has this id. */
  reset(id: string): void;
}

/** What happens in a host, for all its readers together. */
export class LiveFeed {
  readonly #host: PluginHost;
  readonly #metrics: LiveMetricsFeed;

  constructor(host: PluginHost) {
    this.#host = host;
    this.#metrics = new LiveMetricsFeed(host);
  }

  /** Names the latest event. */
  get id(): string {
    return this.#host.events.id;
  }

  /** Tells a reader the events after one, and then each new one, until the returned function is called. */
  follow({ numbered, logs, metric }: WantedTopics, since: string | undefined, reader: LiveReader): () => void {
    const host = this.#host;
    const stops = logs.map((name) =>
      host.logs.follow(name === '*' ? undefined : name, (batch) => reader.lines(name, batch)),
    );
    if (numbered.length > 0) {
      const missed = since === undefined ? [] : host.events.since(since, numbered);
      if (missed) for (const event of missed) reader.event(event, topicOf(event.type));
      else reader.reset(this.id);
      stops.push(
        host.events.subscribe((event) => {
          const topic = topicOf(event.type);
          if (numbered.includes(topic)) reader.event(event, topic);
        }),
      );
    }
    if (metric) stops.push(this.#metrics.follow((figures) => reader.metrics(figures)));
    return () => {
      for (const stop of stops) stop();
    };
  }
}
