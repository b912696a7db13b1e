import { PluginError, liveTopics } from '@catalyst-plugins/core';
import type { LiveTopic } from '@catalyst-plugins/core/protocol';

/** What a reader of the live events wants to hear of. */
export interface WantedTopics {
  readonly numbered: readonly LiveTopic[];
  /** Names of plugins whose log is followed; `*` for all. */
  readonly logs: readonly string[];
  /** Whether figures are wanted. */
  readonly metric: boolean;
}

/** More than anybody looks at. */
const mostTopics = 50;

/** Reads `?topics=`; without, it is the lifecycle. Throws `REQUEST_INVALID`. */
export function wantedTopics(query: unknown): WantedTopics {
  const { topics: given } = query as { readonly topics?: string | readonly string[] };
  const text = given === undefined ? 'plugins' : [given].flat().join(',');
  const topics = [...new Set(text.split(','))];
  if (topics.length > mostTopics) throw refused(`more than ${mostTopics} topics`);
  const logs = topics.flatMap((topic) => /^log:(\*|[a-z0-9][a-z0-9-]{0,49})$/.exec(topic)?.[1] ?? []);
  const numbered = liveTopics.filter((topic) => topics.includes(topic));
  const metric = topics.includes('metric');
  const known = new Set<string>([...liveTopics, 'metric']);
  const unknown = topics.find((topic) => !topic.startsWith('log:') && !known.has(topic));
  if (unknown !== undefined) throw refused(`"${unknown.slice(0, 100)}" is no topic`);
  if (logs.length + numbered.length + Number(metric) < topics.length)
    throw refused('a log is followed as "log:<name>" or "log:*"');
  return { numbered, logs, metric };
}

/** Reads the id of the last event that a reader has seen, if it has seen any. */
export function lastSeen(given: unknown): string | undefined {
  return typeof given === 'string' && given !== '' ? given : undefined;
}

function refused(problem: string): PluginError {
  const hint = `Topics are ${liveTopics.join(', ')}, metric, log:<name> and log:*, separated by commas.`;
  return new PluginError('REQUEST_INVALID', `topics: ${problem}.`, { hint });
}
