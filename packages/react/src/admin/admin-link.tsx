'use client';

import type { AnchorHTMLAttributes, MouseEvent, ReactElement } from 'react';
import { useAdminNavigation } from './admin-navigation.ts';

/** Where a link goes, beside what every link may have. */
export interface AdminLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  /** An address below the panel. */
  readonly to: string;
}

/** A link inside of the panel; a new tab is the browser's own business. */
export function AdminLink({ to, onClick, className = 'pk-link', children, ...rest }: AdminLinkProps): ReactElement {
  const { hrefOf, navigate } = useAdminNavigation();
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    const isOther = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    if (event.defaultPrevented || isOther) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a {...rest} className={className} href={hrefOf(to)} onClick={follow}>
      {children}
    </a>
  );
}
