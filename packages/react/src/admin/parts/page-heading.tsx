'use client';

import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { useAdminNavigation } from '../admin-navigation.ts';
import { useMessages } from '../text/use-messages.ts';

export interface PageHeadingProps {
  /** What the page is called. */
  readonly title: string;
  readonly children?: ReactNode;
}

/** The heading of a page of the panel; who comes by a link inside of the panel gets the focus here. */
export function PageHeading({ title, children }: PageHeadingProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  const { moves, titled } = useAdminNavigation();
  const { plugins } = useMessages();
  useEffect(() => {
    if (moves() > 0) heading.current?.focus();
  }, [moves]);
  useEffect(() => {
    if (titled) document.title = title === plugins ? title : `${title} – ${plugins}`;
  }, [titled, title, plugins]);
  return (
    <h1 className="pk-title" tabIndex={-1} ref={heading}>
      {title} {children}
    </h1>
  );
}
