/** First path segments that the admin API uses under its prefix; no plugin may be called like one of them. */
export const adminSegments: readonly string[] = [
  'status',
  'list',
  'health',
  'reload',
  'config',
  'events',
  'install',
  'operations',
  'ui',
  'tasks',
  'audit',
  'logs',
  'metrics',
  'rescan',
  'openapi',
  'docs',
  'grants',
  'graph',
  'diagnostics',
];

/** Names that have a meaning to JavaScript itself. */
const objectSegments: readonly string[] = ['constructor', 'prototype', '__proto__'];

/** Why a name is refused, or `undefined` when it is free. */
export function reservedNameReason(name: string): string | undefined {
  if (adminSegments.includes(name)) return `"${name}" is a path of the admin API`;
  if (objectSegments.includes(name)) return `"${name}" has a meaning to JavaScript`;
  return undefined;
}
