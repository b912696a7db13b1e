'use client';

import { useState, type ReactElement } from 'react';
import { asPluginApiError, type PluginApiError } from '../../client/plugin-api-error.ts';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { saveFile } from './save-file.ts';

export interface DownloadButtonProps {
  readonly label: string;
  readonly fileName: string;
  readonly load: () => Promise<Blob>;
}

/** Gets a file through the client, which knows how to get in, and has the browser save it; says why where that fails. */
export function DownloadButton({ label, fileName, load }: DownloadButtonProps): ReactElement {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<PluginApiError>();
  const download = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      saveFile(await load(), fileName);
    } catch (caught) {
      setError(asPluginApiError(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" className="pk-button" aria-disabled={isBusy} onClick={() => void (isBusy || download())}>
        {label}
      </button>
      {error && <ErrorNotice title={label} error={error} onDismiss={() => setError(undefined)} />}
    </>
  );
}
