import { useOwnPlugin } from '@catalyst-plugins/react';
import { useEffect, useState } from 'react';

/** What a route of this plugin answered. */
export interface Answer<Data> {
  /** What was there before stays while it is asked again. */
  readonly data?: Data;
  readonly error?: string;
  /** Asks again. */
  readonly reload: () => void;
}

/** Asks a route of this plugin when the component appears, and when the path changes. */
export function useAnswer<Data>(path: string): Answer<Data> {
  const { fetch } = useOwnPlugin();
  const [answer, setAnswer] = useState<Omit<Answer<Data>, 'reload'>>({});
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const request = new AbortController();
    fetch(path, { signal: request.signal })
      .then((response) => response.json() as Promise<Omit<Answer<Data>, 'reload'>>)
      .then(setAnswer)
      .catch((error: unknown) => {
        if (!request.signal.aborted) setAnswer({ error: String(error) });
      });
    return () => request.abort();
  }, [fetch, path, turn]);
  return { ...answer, reload: () => setTurn(turn + 1) };
}
