'use client';

import type { ReactElement, ReactNode } from 'react';

/** Names and values, side by side. */
export function FactList({
  facts,
}: {
  readonly facts: readonly (readonly [name: string, value: ReactNode])[];
}): ReactElement {
  return (
    <dl className="pk-facts">
      {facts.map(([name, value]) => (
        <div key={name} className="pk-fact">
          <dt className="pk-fact-name">{name}</dt>
          <dd className="pk-fact-value">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
