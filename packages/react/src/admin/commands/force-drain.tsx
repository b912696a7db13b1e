'use client';

import { useEffect } from 'react';
import { usePluginOperation } from '../../use-plugin-operation.ts';

/** Ends the drain of a plugin as soon as it begins, for those who said that they would not wait. */
export function ForceDrain({ name }: { readonly name: string }): null {
  const view = usePluginOperation(name);
  const { operation } = view;
  const isForced = view.isForcing || operation?.drain?.forcedBy !== null;
  const isToForce = operation?.status === 'running' && operation.phase === 'draining' && !isForced;
  useEffect(() => {
    if (isToForce) void view.force();
  }, [isToForce, view]);
  return null;
}
