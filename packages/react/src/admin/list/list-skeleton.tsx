'use client';

import type { ReactElement } from 'react';
import { useMessages } from '../text/use-messages.ts';

/** Stands where the list will be, until it is known. */
export function ListSkeleton(): ReactElement {
  const { list } = useMessages();
  return (
    <div className="pk-skeletons" aria-busy="true" data-pk-part="loading">
      <p className="pk-hidden" role="status">
        {list.loading}
      </p>
      {['1', '2', '3', '4'].map((row) => (
        <div key={row} className="pk-skeleton" aria-hidden="true" />
      ))}
    </div>
  );
}
