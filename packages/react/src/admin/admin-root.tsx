'use client';

import { useRef, type ReactElement, type ReactNode } from 'react';
import { Announcer } from './announcer.tsx';
import { CommandsProvider } from './commands/commands-provider.tsx';
import type { AdminMessages } from './text/admin-messages.ts';
import { englishMessages } from './text/english-messages.ts';
import { AdminMessagesContext } from './text/use-messages.ts';
import { useKeptFocus } from './use-kept-focus.ts';

/** How the panel, or parts of it, speak and look. */
export interface AdminRootProps {
  /** The language; default: English. */
  readonly messages?: AdminMessages | undefined;
  /** `light` or `dark` whatever the browser prefers; default: as the page around it. */
  readonly theme?: 'light' | 'dark' | undefined;
  /** Further classes of the root element. */
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** Gives parts of the panel their words, looks, questions and announcements, on a page that is put together otherwise. */
export function AdminRoot({
  messages = englishMessages,
  theme,
  className = '',
  children,
}: AdminRootProps): ReactElement {
  const root = useRef<HTMLDivElement>(null);
  useKeptFocus(root);
  return (
    <div ref={root} className={`pk-root ${className}`} data-pk-theme={theme} lang={messages.locale} data-pk-part="root">
      <AdminMessagesContext.Provider value={messages}>
        <Announcer>
          <CommandsProvider>{children}</CommandsProvider>
        </Announcer>
      </AdminMessagesContext.Provider>
    </div>
  );
}
