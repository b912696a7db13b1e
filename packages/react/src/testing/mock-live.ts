import type {
  JsonObject,
  LiveEvent,
  LiveMetrics,
  MetricsSnapshot,
  PluginLogLine,
} from '@catalyst-plugins/core/protocol';
import type { ConnectionState, LiveObserver } from '../client/follow-live-events.ts';

/** An event as a test gives it; the rest is filled in. */
export interface MockEvent {
  readonly type: string;
  readonly plugin: string;
  readonly data?: JsonObject | undefined;
}

/** The live connection of a mock client, in the hands of a test. */
export interface MockLive {
  follow(observer: LiveObserver): () => void;
  /** Tells everybody who follows. */
  emit(event: MockEvent): void;
  emitLines(plugin: string, lines: readonly PluginLogLine[], dropped?: number): void;
  /** Figures of all plugins, unless `isWhole` is `false`: then nothing was counted of those that it does not mention. */
  emitMetrics(figures: MetricsSnapshot | LiveMetrics): void;
  /** What those who follow are told of their connection, now and when they begin; `live` at first. */
  setConnection(state: ConnectionState): void;
}

/** Makes a live connection that brings what a test says. */
export function createMockLive(): MockLive {
  const observers = new Set<LiveObserver>();
  let connection: ConnectionState = 'live';
  let seq = 0;
  const tell = (what: (observer: LiveObserver) => void): void => [...observers].forEach(what);
  return {
    follow(observer) {
      observers.add(observer);
      observer.onConnection?.('connecting');
      if (connection !== 'connecting') observer.onConnection?.(connection);
      return () => observers.delete(observer);
    },
    emit({ type, plugin, data = {} }) {
      seq += 1;
      const about = { plugin, pluginId: plugin, timestamp: new Date().toISOString() };
      const event: LiveEvent = { id: `mock-${seq}`, seq, type, ...about, data };
      tell((observer) => observer.onEvent?.(event));
    },
    emitLines: (plugin, lines, dropped = 0) => tell((observer) => observer.onLines?.({ plugin, lines, dropped })),
    emitMetrics: (figures) => tell((observer) => observer.onMetrics?.({ isWhole: true, ...figures })),
    setConnection(state) {
      connection = state;
      tell((observer) => observer.onConnection?.(state));
    },
  };
}
