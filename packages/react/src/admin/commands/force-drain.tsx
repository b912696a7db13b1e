'use client';

import { useEffect } from 'react';
import { usePluginOperation } from '../../use-plugin-operation.ts';

/** Ends the drain of a plugin as soon as it begins, for those who said that they would not wait. */
export function ForceDrain({ name }: { readonly name: string }): null {
  const { operation, force } = usePluginOperation(name);
  const isDraining = operation?.status === 'running' && operation.phase === 'draining';
  useEffect(() => {
    if (isDraining) void force();
  }, [isDraining, force]);
  return null;
}
