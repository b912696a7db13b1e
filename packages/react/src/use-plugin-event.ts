'use client';

import type { LiveEvent } from '@catalyst-plugins/core/protocol';
import { useEffect, useRef } from 'react';
import { usePluginStore } from './plugin-store-context.ts';
import { topicOf } from './store/event-topics.ts';

/** Which events are wanted. */
export interface UsePluginEventOptions {
  /** Only those of this plugin. */
  readonly plugin?: string | undefined;
}

/** Calls a function for each event of a type (`plugin:enabled`, `plugin:health` …) while the component is on the page; it may be written in place. */
export function usePluginEvent(
  type: string,
  listener: (event: LiveEvent) => void,
  { plugin }: UsePluginEventOptions = {},
): void {
  const { live } = usePluginStore();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const unwant = live.want(topicOf(type));
    const unlisten = live.listen({
      onEvent: (event) => {
        if (event.type === type && (plugin === undefined || event.plugin === plugin)) latest.current(event);
      },
    });
    return () => {
      unlisten();
      unwant();
    };
  }, [live, type, plugin]);
}
