'use client';

import { useState, type ReactElement } from 'react';
import { asPluginApiError } from '../../client/plugin-api-error.ts';
import { useAnnounce } from '../announcer.tsx';
import { saveFile } from './save-file.ts';

export interface DownloadButtonProps {
  readonly label: string;
  readonly fileName: string;
  readonly load: () => Promise<Blob>;
}

/** Gets a file through the client, which knows how to get in, and has the browser save it. */
export function DownloadButton({ label, fileName, load }: DownloadButtonProps): ReactElement {
  const announce = useAnnounce();
  const [isBusy, setBusy] = useState(false);
  const download = async (): Promise<void> => {
    setBusy(true);
    try {
      saveFile(await load(), fileName);
    } catch (error) {
      announce(asPluginApiError(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" className="pk-button" aria-disabled={isBusy} onClick={() => void (isBusy || download())}>
      {label}
    </button>
  );
}
