'use client';

import { useEffect } from 'react';
import { usePluginStore } from '../plugin-store-context.ts';
import { createPluginFrontends, type PluginFrontends } from './plugin-frontends.ts';

/** The frontends of the nearest provider, kept as the server has them while the component is on the page. */
export function useFrontends(): PluginFrontends {
  const frontends = usePluginStore().part(createPluginFrontends);
  useEffect(() => frontends.use(), [frontends]);
  return frontends;
}
