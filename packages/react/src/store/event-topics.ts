import type { LiveTopic } from '@catalyst-plugins/core/protocol';

const topics: Readonly<Record<string, LiveTopic>> = {
  'plugin:health': 'health',
  'plugin:task': 'task',
  'plugin:audit': 'audit',
};

/** The topic under which events of a type arrive. */
export function topicOf(type: string): LiveTopic {
  return topics[type] ?? 'plugins';
}

/** Whether events of a type tell what happens to plugins themselves. */
export function isLifecycle(type: string): boolean {
  return topicOf(type) === 'plugins';
}

/** Whether events of a type tell of more than how far a command is. */
export function isLasting(type: string): boolean {
  return isLifecycle(type) && type !== 'plugin:operation';
}
