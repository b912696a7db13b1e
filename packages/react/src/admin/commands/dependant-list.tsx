'use client';

import type { ReactElement } from 'react';
import { usePlugins } from '../../use-plugins.ts';
import type { NamedDependant } from './command-question.ts';

/** Names plugins that would go too. */
export function DependantList({ dependants }: { readonly dependants: readonly NamedDependant[] }): ReactElement {
  const { plugins } = usePlugins();
  return (
    <ul className="pk-names">
      {dependants.map(({ name }) => (
        <li key={name} className="pk-text">
          {plugins.find((plugin) => plugin.name === name)?.displayName ?? name}
        </li>
      ))}
    </ul>
  );
}
