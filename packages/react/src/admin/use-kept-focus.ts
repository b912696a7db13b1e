'use client';

import { useEffect, type RefObject } from 'react';

/** An element and what it is in, the innermost first, without the root. */
type Path = readonly Element[];

/**
 * Moves the focus on when what has it leaves the page, which browsers leave to nobody: to the heading of the innermost part
 * that is left, or to the name in a row of a table.
 */
export function useKeptFocus(root: RefObject<HTMLElement | null>): void {
  useEffect(() => (root.current ? keepFocusIn(root.current) : undefined), [root]);
}

function keepFocusIn(root: HTMLElement): () => void {
  let latest: Path = [];
  // where a dialog was opened from
  let onPage: Path = [];
  const remember = ({ target }: FocusEvent): void => {
    latest = pathTo(target as Element, root);
    if (!latest.some(({ tagName }) => tagName === 'DIALOG')) onPage = latest;
  };
  const forget = (): void =>
    queueMicrotask(() => {
      // who puts the focus nowhere wants it there; what leaves the page has not been left
      if (latest[0]?.isConnected === true && focusedIn(root) !== latest[0]) latest = [];
    });
  const observer = new MutationObserver(() => {
    if (latest[0] === undefined || latest[0].isConnected) return;
    const left = [...latest, ...onPage, root].filter(({ isConnected }) => isConnected);
    latest = [];
    if (focusedIn(root) === undefined) focusFirst(left);
  });
  root.addEventListener('focusin', remember);
  root.addEventListener('focusout', forget);
  observer.observe(root, { childList: true, subtree: true });
  return () => {
    root.removeEventListener('focusin', remember);
    root.removeEventListener('focusout', forget);
    observer.disconnect();
  };
}

function pathTo(element: Element, root: Element): Path {
  const path: Element[] = [];
  for (let at: Element | null = element; at && at !== root; at = at.parentElement) path.push(at);
  return path;
}

/** What has the focus; `undefined` where nothing has it that one could see. */
function focusedIn(root: Element): Element | undefined {
  const { activeElement } = root.getRootNode() as Document | ShadowRoot;
  return activeElement === null || activeElement === root.ownerDocument.body ? undefined : activeElement;
}

function focusFirst(parts: Path): void {
  for (const part of parts) {
    const place = part.querySelector<HTMLElement>(':scope > [scope=row] a, h1, h2, h3');
    if (!place) continue;
    if (place.tagName !== 'A') place.tabIndex = -1;
    place.focus();
    return;
  }
}
