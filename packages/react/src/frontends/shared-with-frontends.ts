// What frontends of plugins can import from this package, beside types. Names are only ever added.
export { createFrontendPlugin, definePluginUI } from './plugin-ui.ts';
export { useOwnPlugin } from './own-plugin.ts';
export { usePluginRoutes, usePluginSlot, usePluginTabs } from './use-contributions.ts';
export { PluginOutlet } from './plugin-outlet.tsx';
export { PluginSlot } from './plugin-slot.tsx';
export { PluginMount } from './plugin-mount.tsx';
export { useConnection } from '../use-connection.ts';
export { usePlugin } from '../use-plugin.ts';
export { usePluginActions } from '../use-plugin-actions.ts';
export { usePluginEvent } from '../use-plugin-event.ts';
export { usePlugins } from '../use-plugins.ts';
