'use client';

import { useRef, type KeyboardEvent, type ReactElement } from 'react';
import { AdminLink } from '../admin-link.tsx';
import { addressOfPlugin } from '../admin-routing.ts';
import { useAdminNavigation } from '../admin-navigation.ts';
import { useDraftSize } from '../config/use-draft-size.ts';
import { useMessages } from '../text/use-messages.ts';
import type { DetailTab } from './detail-tab.ts';

export interface TabListProps {
  /** Of the plugin. */
  readonly name: string;
  readonly tabs: readonly DetailTab[];
  /** Id of the tab that is shown. */
  readonly current: string;
}

/** The tabs of a plugin's page: links, between which the arrow keys move. */
export function TabList({ name, tabs, current }: TabListProps): ReactElement {
  const messages = useMessages();
  const { navigate, prepare } = useAdminNavigation();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ id }) => id === current);
    const next = nextIndex({ event, at, count: tabs.length });
    const tab = next === undefined ? undefined : tabs[next];
    if (!tab) return;
    event.preventDefault();
    if (!navigate(addressOfPlugin(name, tab.id), { replace: true })) return;
    list.current?.querySelector<HTMLElement>(`#pk-tab-${CSS.escape(tab.id)}`)?.focus();
  };
  return (
    <div
      ref={list}
      className="pk-tabs"
      role="tablist"
      aria-label={messages.detail.sections}
      onKeyDown={move}
      data-pk-part="tabs"
    >
      {tabs.map(({ id, title }, at) => (
        <AdminLink
          key={id}
          to={addressOfPlugin(name, id)}
          className="pk-tab"
          role="tab"
          id={`pk-tab-${id}`}
          aria-selected={id === current}
          aria-controls={id === current ? 'pk-tab-panel' : undefined}
          tabIndex={id === current ? 0 : -1}
          onFocus={() => {
            // where an arrow key leads next
            for (const next of [tabs[at - 1], tabs[at + 1]]) if (next) prepare(addressOfPlugin(name, next.id));
          }}
        >
          {title(messages)}
          {id === 'config' && <DraftMark name={name} />}
        </AdminLink>
      ))}
    </div>
  );
}

/** How much of the configuration waits to be saved. */
function DraftMark({ name }: Pick<TabListProps, 'name'>): ReactElement | null {
  const { config } = useMessages();
  const size = useDraftSize(name);
  if (size === 0) return null;
  return (
    <>
      {' '}
      <span className="pk-count" aria-hidden="true">
        •{size}
      </span>
      <span className="pk-hidden">{config.unsaved(size)}</span>
    </>
  );
}

function nextIndex({
  event,
  at,
  count,
}: {
  readonly event: KeyboardEvent;
  readonly at: number;
  readonly count: number;
}): number | undefined {
  const isRightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl';
  const step = isRightToLeft ? -1 : 1;
  switch (event.key) {
    case 'ArrowRight':
      return (at + step + count) % count;
    case 'ArrowLeft':
      return (at - step + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
