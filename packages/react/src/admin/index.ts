'use client';

export { PluginAdmin, type PluginAdminProps } from './plugin-admin.tsx';
export type { AdminLocationProps, NavigateOptions } from './admin-navigation.ts';
export { englishMessages } from './text/english-messages.ts';
export { germanMessages } from './text/german-messages.ts';
export type { AdminMessages } from './text/admin-messages.ts';
