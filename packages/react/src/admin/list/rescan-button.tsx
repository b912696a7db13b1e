'use client';

import { useState, type ReactElement } from 'react';
import type { ActionResult } from '../../store/action-result.ts';
import { usePluginActions } from '../../use-plugin-actions.ts';
import { useAnnounce } from '../announcer.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { useErrorWords } from '../text/use-error-words.ts';
import { useMessages } from '../text/use-messages.ts';

/** Makes the host look into the plugins folder, and says what came of it. */
export function RescanButton(): ReactElement {
  const { list } = useMessages();
  const actions = usePluginActions();
  const announce = useAnnounce();
  const wordsOf = useErrorWords();
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<ActionResult>();
  const look = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setResult(undefined);
    const outcome = await actions.rescan();
    setBusy(false);
    setResult(outcome);
    announce(outcome.ok ? list.rescanned : wordsOf(outcome.error).message);
  };
  return (
    <>
      <button type="button" className="pk-button" aria-disabled={isBusy} onClick={() => void look()}>
        {list.rescan}
      </button>
      {result && (
        <div className="pk-outcome">
          {result.ok ? (
            <p className="pk-text pk-muted">{list.rescanned}</p>
          ) : (
            <ErrorNotice error={result.error} alert={false} onDismiss={() => setResult(undefined)} />
          )}
        </div>
      )}
    </>
  );
}
