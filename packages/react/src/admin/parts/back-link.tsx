'use client';

import type { ReactElement } from 'react';
import { AdminLink } from '../admin-link.tsx';
import { useMessages } from '../text/use-messages.ts';

/** The way back to the list. */
export function BackLink(): ReactElement {
  const { detail } = useMessages();
  return (
    <p className="pk-text">
      <AdminLink to="/">
        <span aria-hidden="true" className="pk-back">
          ←
        </span>
        {detail.back}
      </AdminLink>
    </p>
  );
}
