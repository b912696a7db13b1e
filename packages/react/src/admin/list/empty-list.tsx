'use client';

import type { ReactElement } from 'react';
import { useMessages } from '../text/use-messages.ts';

/** There is no plugin at all, and that is no error. */
export function EmptyList(): ReactElement {
  const { list } = useMessages();
  return (
    <div className="pk-empty" data-pk-part="empty">
      <h2 className="pk-heading">{list.emptyTitle}</h2>
      <p className="pk-text">{list.emptyText}</p>
    </div>
  );
}
