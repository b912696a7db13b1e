'use client';

export { PluginAdmin, type PluginAdminProps } from './plugin-admin.tsx';
export { AdminRoot, type AdminRootProps } from './admin-root.tsx';
export { ConnectionStatus } from './parts/connection-status.tsx';
export { DrainProgress } from './parts/drain-progress.tsx';
export { ErrorNotice, type ErrorNoticeProps } from './parts/error-notice.tsx';
export { PluginSwitch } from './parts/plugin-switch.tsx';
export { ReloadButton } from './parts/reload-button.tsx';
export { StateBadge } from './parts/state-badge.tsx';
export { HealthBadge } from './tabs/health-badge.tsx';
export type { AdminLocationProps, NavigateOptions } from './admin-navigation.ts';
export { englishMessages } from './text/english-messages.ts';
export { germanMessages } from './text/german-messages.ts';
export type { ShownError } from './text/use-error-words.ts';
export { useMessages } from './text/use-messages.ts';
export type { AdminMessages } from './text/admin-messages.ts';
