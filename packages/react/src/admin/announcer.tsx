'use client';

import { createContext, useCallback, useContext, useState, type ReactElement, type ReactNode } from 'react';

const AnnounceContext = createContext<(text: string) => void>(() => undefined);

/** Tells something to those who do not see it; the returned function never changes. */
export function useAnnounce(): (text: string) => void {
  return useContext(AnnounceContext);
}

/** Holds the one live region of a panel. */
export function Announcer({ children }: { readonly children: ReactNode }): ReactElement {
  const [said, say] = useState({ text: '', count: 0 });
  // the same sentence twice is two pieces of news, and screen readers only hear of changes
  const announce = useCallback((text: string) => say(({ count }) => ({ text, count: count + 1 })), []);
  return (
    <AnnounceContext.Provider value={announce}>
      {children}
      <div className="pk-hidden" role="status" aria-live="polite" data-pk-part="announcer">
        {said.text}
        {said.count % 2 === 0 ? '' : ' '}
      </div>
    </AnnounceContext.Provider>
  );
}
