'use client';

import { useState, type ReactElement } from 'react';
import { usePluginActions } from '../../use-plugin-actions.ts';
import { useAnnounce } from '../announcer.tsx';
import { useMessages } from '../text/use-messages.ts';

/** Makes the host look into the plugins folder. */
export function RescanButton(): ReactElement {
  const { list } = useMessages();
  const actions = usePluginActions();
  const announce = useAnnounce();
  const [isBusy, setBusy] = useState(false);
  const look = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    const result = await actions.rescan();
    setBusy(false);
    announce(result.ok ? list.rescanned : result.error.message);
  };
  return (
    <button type="button" className="pk-button" aria-disabled={isBusy} onClick={() => void look()}>
      {list.rescan}
    </button>
  );
}
