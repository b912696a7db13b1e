'use client';

import type { ReactElement, ReactNode } from 'react';

/** A small field of a toolbar with its name beside it. */
export function Field({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    <label className="pk-filter-field">
      {label}
      {children}
    </label>
  );
}
