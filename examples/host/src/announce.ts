import type { Settings } from './settings.ts';

/** What a person needs to know after the start: where things are, and what to try next. */
export function announcement(url: string, settings: Settings): string {
  const token = settings.adminTokenIsNew
    ? `${settings.adminToken}   (for this run; set ADMIN_TOKEN to keep one)`
    : 'from ADMIN_TOKEN';
  const reload = settings.hotReload ? 'on: save a plugin file and ask again' : 'off';
  return `
  Catalyst Plugins example host

  Application  ${url}/
  Admin panel  ${url}/admin/plugins
  Admin API    ${url}/api/plugins
  API to read  ${url}/api/plugins/docs
  WebSocket    ${url.replace('http', 'ws')}/ws
  Database     ${settings.databaseUrl === undefined ? `embedded, in ${settings.dataDir}` : 'PostgreSQL from DATABASE_URL'}
  Plugins      ${settings.pluginsDir}
  Hot reload   ${reload}
  Admin token  ${token}

  Try next:

    curl ${url}/api/plugins/example-plugin/hello
    curl ${url}/api/plugins/ticket-desk/tickets
    curl -H "Authorization: Bearer ${settings.adminTokenIsNew ? settings.adminToken : '$ADMIN_TOKEN'}" ${url}/api/plugins
`;
}
