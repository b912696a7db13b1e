import type { LiveTopic } from '../protocol/live-event.ts';

/** Topics whose events are numbered. */
export const liveTopics: readonly LiveTopic[] = ['plugins', 'health', 'task', 'audit'];

const topics: ReadonlyMap<string, LiveTopic> = new Map([
  ['plugin:health', 'health'],
  ['plugin:task', 'task'],
  ['plugin:audit', 'audit'],
]);

/** The topic that events of a type belong to. */
export function topicOf(type: string): LiveTopic {
  return topics.get(type) ?? 'plugins';
}
