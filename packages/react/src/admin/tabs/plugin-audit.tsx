'use client';

import type { ReactElement } from 'react';
import type { DetailTabProps } from '../detail/detail-tab.ts';
import { PluginAuditLog } from './plugin-audit-log.tsx';

/** Who did what to a plugin, and what came of it. */
export function PluginAudit({ plugin: { name } }: DetailTabProps): ReactElement {
  return <PluginAuditLog plugin={name} />;
}
