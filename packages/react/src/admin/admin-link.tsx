'use client';

import type { AnchorHTMLAttributes, FocusEvent, MouseEvent, ReactElement } from 'react';
import { useAdminNavigation } from './admin-navigation.ts';

/** Where a link goes, beside what every link may have. */
export interface AdminLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  /** An address below the panel. */
  readonly to: string;
}

/** A link inside of the panel; a new tab is the browser's own business. */
export function AdminLink({ to, className = 'pk-link', children, ...rest }: AdminLinkProps): ReactElement {
  const { hrefOf, navigate, prepare } = useAdminNavigation();
  const { onClick, onFocus } = rest;
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    const isOther = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    if (event.defaultPrevented || isOther) return;
    event.preventDefault();
    navigate(to);
  };
  const focus = (event: FocusEvent<HTMLAnchorElement>): void => {
    onFocus?.(event);
    prepare(to);
  };
  return (
    <a
      {...rest}
      className={className}
      href={hrefOf(to)}
      onClick={follow}
      onFocus={focus}
      onPointerEnter={() => prepare(to)}
    >
      {children}
    </a>
  );
}
