import { commandCalls, type CommandCalls } from './command-calls.ts';
import { configCalls, type ConfigCalls } from './config-calls.ts';
import { followLiveEvents, type FollowOptions, type LiveObserver } from './follow-live-events.ts';
import { frontendCalls, type FrontendCalls } from './frontend-calls.ts';
import { observationCalls, type ObservationCalls } from './observation-calls.ts';
import { withQuery } from './paths.ts';
import { taskCalls, type TaskCalls } from './task-calls.ts';
import { createTransport, type PluginClientOptions } from './transport.ts';

/** The admin API as functions, for user interfaces and tools. Each throws `PluginApiError`. */
export interface PluginClient extends CommandCalls, ConfigCalls, FrontendCalls, ObservationCalls, TaskCalls {
  /** Hears what happens to plugins, across lost connections, until the returned function is called. */
  follow(observer: LiveObserver, options?: FollowOptions): () => void;
}

/** Makes a client of the admin API; nothing is sent before its first call. */
export function createPluginClient(options: PluginClientOptions = {}): PluginClient {
  const transport = createTransport(options);
  return {
    ...commandCalls(transport),
    ...configCalls(transport),
    ...frontendCalls(transport),
    ...observationCalls(transport),
    ...taskCalls(transport),
    follow(observer, { topics, since } = {}) {
      const path = withQuery('/events', { topics: topics?.join() });
      return followLiveEvents(
        (lastEventId, signal) =>
          transport.stream(
            path,
            { signal },
            { accept: 'text/event-stream', ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
          ),
        observer,
        since,
      );
    },
  };
}
