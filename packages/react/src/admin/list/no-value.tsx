import type { ReactElement } from 'react';

/** A dash where there is nothing to show, and the words for it. */
export function NoValue({ text }: { readonly text: string }): ReactElement {
  return (
    <span className="pk-muted pk-no-value">
      <span aria-hidden="true">–</span>
      <span className="pk-hidden">{text}</span>
    </span>
  );
}
