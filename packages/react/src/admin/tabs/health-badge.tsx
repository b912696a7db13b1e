'use client';

import type { HealthStatus } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { useMessages } from '../text/use-messages.ts';

const glyphs: Readonly<Record<HealthStatus, string>> = {
  healthy: '✓',
  degraded: '▲',
  unhealthy: '✕',
  transitioning: '◔',
  unknown: '○',
};

/** The health of something as a sign and a word, so that colour is never all there is. */
export function HealthBadge({ status }: { readonly status: HealthStatus }): ReactElement {
  const { observation } = useMessages();
  return (
    <span className="pk-health" data-status={status} data-pk-part="health-status">
      <span aria-hidden="true">{glyphs[status]}</span> {observation.health.statuses[status]}
    </span>
  );
}
