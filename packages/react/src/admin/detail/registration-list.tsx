'use client';

import type { ReactElement } from 'react';
import type { PluginDetails } from '../../store/plugin-records.ts';
import { useMessages } from '../text/use-messages.ts';

/** What a plugin has registered, and what it left behind. */
export function RegistrationList({
  details: { registrations, leftBehind },
}: {
  readonly details: PluginDetails;
}): ReactElement {
  const { detail } = useMessages();
  const left = leftBehind.flatMap(({ generation, resources }) =>
    resources.map((resource) => ({ ...resource, generation })),
  );
  return (
    <>
      {registrations.length > 0 && (
        <details className="pk-card">
          <summary className="pk-summary">
            {detail.registrations} <span className="pk-count">{registrations.length}</span>
          </summary>
          <ul className="pk-names">
            {registrations.map(({ label, phase, live }, index) => (
              // two registrations may have the same label
              // oxlint-disable-next-line react/no-array-index-key
              <li key={`${phase} ${label} ${index}`} className="pk-text">
                <code className="pk-code">{label}</code> {live ? detail.live : detail.notLive}
              </li>
            ))}
          </ul>
        </details>
      )}
      {left.length > 0 && (
        <details className="pk-card">
          <summary className="pk-summary">
            {detail.leftBehind} <span className="pk-count">{left.length}</span>
          </summary>
          <ul className="pk-names">
            {left.map(({ generation, label, count }) => (
              <li key={`${generation} ${label}`} className="pk-text">
                <code className="pk-code">{label}</code> × {count} · {detail.generation} {generation}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
