'use client';

import type { PluginState } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { useMessages } from '../text/use-messages.ts';

const glyphs: Readonly<Record<PluginState, string>> = {
  loading: '◔',
  disabled: '○',
  active: '●',
  reloading: '↻',
  draining: '◕',
  unloading: '◌',
  failed: '✕',
  blocked: '⊘',
  retrying: '↺',
  quarantined: '⊗',
};

/** A state as a sign and a word, so that colour is never all there is. */
export function StateBadge({ state }: { readonly state: PluginState }): ReactElement {
  const { states } = useMessages();
  return (
    <span className="pk-state" data-state={state} data-pk-part="state">
      <span className="pk-state-glyph" aria-hidden="true">
        {glyphs[state]}
      </span>
      {states[state]}
    </span>
  );
}
