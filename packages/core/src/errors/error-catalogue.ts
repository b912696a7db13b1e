/** Who has to act: the operator of the host, the author of the plugin, or whoever called. */
export type Fault = 'host' | 'plugin' | 'caller';

/** What is fixed about an error code: whose fault it is, its HTTP status, its title, and what to do about it. */
export interface ErrorDescription {
  readonly fault: Fault;
  readonly status: number;
  readonly title: string;
  readonly hint: string;
}

const host = (status: number, title: string, hint: string): ErrorDescription => ({
  fault: 'host',
  status,
  title,
  hint,
});
const plugin = (status: number, title: string, hint: string): ErrorDescription => ({
  fault: 'plugin',
  status,
  title,
  hint,
});
const caller = (status: number, title: string, hint: string): ErrorDescription => ({
  fault: 'caller',
  status,
  title,
  hint,
});

/** Every error code there is, once. `docs/reference/errors.md` has a row for each; a test keeps the two equal. */
export const errorCatalogue = {
  MANIFEST_INVALID: plugin(
    422,
    'The manifest cannot be used',
    'Correct plugin.json at the position named; published JSON Schema: @catalyst-plugins/core/schema/plugin.schema.json.',
  ),
  MANIFEST_PATH_ESCAPES: plugin(
    422,
    'A path in the manifest leaves the plugin folder',
    'Use a relative path to a file inside the plugin folder; links that lead outside are refused too.',
  ),
  PLUGIN_NAME_TAKEN: plugin(
    409,
    'Two folders hold a plugin of the same name',
    'Rename one of the two plugins in its plugin.json, or remove one folder.',
  ),
  ENTRY_NOT_FOUND: plugin(
    422,
    'The entry file does not exist',
    'Create the file or correct backend.entry in plugin.json.',
  ),
  FRONTEND_TOO_LARGE: plugin(
    422,
    'The frontend is too large to be served',
    'Keep large files out of the folder of frontend.entry, or let a route of the plugin serve them.',
  ),
  FRONTEND_NOT_FOUND: caller(
    404,
    'No plugin has that file for browsers',
    'Read ui/manifest for the frontends that there are; only their own folder is served.',
  ),
  FRONTEND_GONE: caller(
    410,
    'That release of the frontend is not served any more',
    'Read ui/manifest again: the plugin was disabled, or has another release by now.',
  ),
  ENTRY_INVALID: plugin(
    422,
    'The entry does not export a plugin',
    'Export an object with hooks (onLoad, onEnable, …) as default, as named exports, or by module.exports.',
  ),
  RUNTIME_UNSUPPORTED: plugin(
    422,
    'This host cannot run that kind of plugin',
    'Use "runtime": "module", or a host that offers the runtime asked for.',
  ),
  HOST_VERSION_MISMATCH: plugin(
    422,
    'The plugin wants another host version',
    'Update the host, or install a release of the plugin whose catalystVersion range includes this host.',
  ),
  MODULE_FAILED: plugin(
    500,
    'The code of the plugin could not be loaded',
    'Correct the file named in the message; the plugin is tried again as soon as it changes.',
  ),
  HEALTH_FAILED: plugin(
    503,
    'The new generation is not healthy',
    'The old one goes on serving; correct what health() complains about, then reload.',
  ),
  HOOK_FAILED: plugin(
    500,
    'A hook of the plugin failed',
    'Read the cause; it is an error thrown by the plugin itself.',
  ),
  HOOK_TIMEOUT: plugin(
    504,
    'A hook of the plugin did not end in time',
    'Move slow work out of the hook, or raise limits.onLoadMs, limits.onEnableMs or limits.onDisableMs in plugin.json.',
  ),
  CALL_TIMEOUT: plugin(
    504,
    'The plugin did not answer in time',
    'Find what the plugin waits for; limits.requestTimeoutMs in plugin.json sets the limit.',
  ),
  PLUGIN_CRASHED: plugin(
    500,
    'The plugin left an error uncaught',
    'Catch the error in the plugin, at the position named; it is started again after a pause.',
  ),
  PROCESS_PROTECTED: plugin(
    500,
    'A plugin tried to do something to the whole process',
    'Leave the process to the host: throw, or answer with an error, instead of ending it or changing what everybody uses.',
  ),
  PLUGIN_STALLED: plugin(
    503,
    'The plugin blocked the event loop and was ended',
    'Do the work at the position named in small pieces, in a worker thread, or without calls that wait; the plugin is started again after a pause.',
  ),
  PLUGIN_QUARANTINED: plugin(
    503,
    'The plugin crashed too often and is left alone',
    'Correct the plugin: a changed folder starts it again. Enable it to try the same release once more.',
  ),
  RETRY_LATER: plugin(
    503,
    'The plugin asked to be tried again later',
    'Nothing to do: it is tried again with growing pauses. Enable it to try at once.',
  ),
  SCOPE_CLOSED: plugin(
    409,
    'The plugin is disabled, or this generation of it is gone',
    'Register from a hook or while the plugin runs; ctx.signal aborts when a generation ends.',
  ),
  ROUTE_INVALID: plugin(
    422,
    'A route cannot be registered',
    'Correct the route options; they are those of fastify.route().',
  ),
  ROUTE_DUPLICATE: plugin(
    409,
    'The plugin registers one route twice',
    'Remove one of the two registrations, or give them different methods or urls.',
  ),
  ROUTE_RESERVED: plugin(
    409,
    'The route belongs to the admin API',
    'Choose another url: POST /enable, POST /reload and PUT /config belong to the admin API under every plugin.',
  ),
  TASK_INVALID: plugin(
    422,
    'A scheduled task cannot be registered',
    'Use a cron expression of 5 or 6 fields and an IANA time zone.',
  ),
  TASK_NOT_FOUND: caller(
    404,
    'The plugin has no such task',
    'Read the list of tasks; a task is known once its plugin has been active.',
  ),
  TASK_RUNNING: caller(
    409,
    'The task runs already',
    'Wait until it has ended; a task with overlap: true may run twice at a time.',
  ),
  EVENT_PAYLOAD_INVALID: plugin(
    422,
    'An event does not match its declaration',
    'Send what the manifest declares under events, or correct the declaration.',
  ),
  EVENT_TOO_DEEP: plugin(
    508,
    'Events are emitted in the handling of one another without end',
    'Break the circle of the events named, or emit after the listener has waited.',
  ),
  API_NOT_FOUND: plugin(
    503,
    'The plugin does not offer that API',
    'Check the name; the plugin that offers it may be disabled or missing.',
  ),
  API_TIMEOUT: plugin(
    504,
    'The API of a plugin did not answer in time',
    'Find what the other plugin waits for, or pass a longer timeoutMs.',
  ),
  API_FAILED: plugin(502, 'The API of a plugin failed', 'Read the cause; it is an error of the other plugin.'),
  API_VALUE_INVALID: plugin(
    422,
    'A value cannot be passed between plugins',
    'Pass what structuredClone can copy: no functions, no promises, no objects with methods.',
  ),
  LISTENER_INVALID: plugin(422, 'Something other than a function was registered', 'Pass a function as the handler.'),
  CONFIG_INVALID: caller(
    422,
    'The configuration is not valid',
    'Correct the values named; the fields are described by the plugin manifest.',
  ),
  CONFIG_CONFLICT: caller(
    409,
    'The configuration was changed meanwhile',
    'Read the configuration again and repeat the change.',
  ),
  CONFIG_LOCKED: caller(
    409,
    'The environment decides this setting',
    'Change the variable named, or remove it, and start the host again.',
  ),
  CONFIG_REVISION_NOT_FOUND: caller(
    404,
    'There is no such revision of the configuration',
    'Read the list of revisions.',
  ),
  SECRET_KEY_UNAVAILABLE: host(
    500,
    'The key for secrets cannot be read or made',
    'Make the file readable and writable for the host, or pass createPluginHost({ secretKey }).',
  ),
  STORAGE_KEY_INVALID: plugin(
    422,
    'The storage key cannot be used',
    'Use a string of 1 to 512 characters without NUL.',
  ),
  STORAGE_VALUE_INVALID: plugin(
    422,
    'The value cannot be stored',
    'Store JSON: objects, arrays, strings, finite numbers, booleans, null.',
  ),
  STORAGE_VALUE_TOO_LARGE: plugin(
    413,
    'The value is too large to store',
    'Split the value over several keys, or raise storage.maxValueBytes on the host.',
  ),
  COLLECTION_INVALID: plugin(
    422,
    'The name cannot be that of a collection',
    'Use a text of 1 to 100 characters, none of them a control character.',
  ),
  FILTER_INVALID: plugin(
    422,
    'The documents meant cannot be made out',
    'Correct the filter or the options named; docs/guides/storing-data.md lists what they may say.',
  ),
  UPDATE_INVALID: plugin(
    422,
    'The change cannot be made',
    'Correct the change named; docs/guides/storing-data.md lists what it may say.',
  ),
  DOCUMENT_INVALID: plugin(
    422,
    'The document cannot be stored',
    'Store JSON objects; _id is a string of 1 to 512 characters, or left out.',
  ),
  DOCUMENT_TOO_LARGE: plugin(
    413,
    'The document is too large to store',
    'Split it over several documents, or raise storage.maxValueBytes on the host.',
  ),
  DOCUMENT_DUPLICATE: plugin(
    409,
    'There is such a document already',
    'Change the one that is there, or choose other values for the fields named.',
  ),
  INDEX_CONFLICT: plugin(
    409,
    'Documents contradict a unique index',
    'Correct the documents with equal values, or take the index out of storage.collections in plugin.json.',
  ),
  DATABASE_NOT_CONFIGURED: host(
    503,
    'The host offers no database to plugins',
    'Pass the host database as createPluginHost({ db }).',
  ),
  DATABASE_MODEL_UNKNOWN: plugin(
    500,
    'The host has no such model',
    'Use a name that the message lists; the host can add names with createPluginHost({ modelAliases }).',
  ),
  DATABASE_QUERY_REFUSED: plugin(
    500,
    'A query asks for what plugins cannot have',
    'Leave out what the message names, or write the query in another way.',
  ),
  DATA_MIGRATION_FAILED: plugin(
    500,
    'The data of the plugin could not be migrated',
    'Correct migrate in the new release; the data is as it was, and the release that ran before goes on.',
  ),
  PERMISSION_DENIED: plugin(
    403,
    'The plugin lacks a permission',
    'List the permission under permissions in plugin.json; an administrator can grant it.',
  ),
  STORE_UNAVAILABLE: host(
    503,
    'The plugin store does not answer',
    'Check the database of the host; nothing was changed.',
  ),
  PLUGIN_NOT_FOUND: caller(
    404,
    'There is no such plugin',
    'GET /api/plugins lists the plugins; a new folder is found by a rescan or by the watcher.',
  ),
  PLUGIN_ENABLED: caller(409, 'The plugin is enabled', 'Disable the plugin, then try again.'),
  PLUGIN_NOT_ACTIVE: host(503, 'The plugin is not active', 'Enable the plugin, or read its reason in the admin API.'),
  PLUGIN_OVERLOADED: plugin(
    503,
    'The plugin answers as many requests as it may',
    'Repeat the request later; limits.maxConcurrentRequests in plugin.json sets the limit.',
  ),
  SAFE_MODE: host(
    503,
    'The host runs in safe mode',
    'Mend or disable the plugin, then start the host without safe mode; what is wanted comes back then.',
  ),
  DEPENDENCY_UNMET: host(
    409,
    'A plugin that this one needs is not there',
    'Install or enable the plugin named, in a version that fits; this one then comes up by itself.',
  ),
  DEPENDENCY_CYCLE: plugin(
    409,
    'Plugins need each other in a circle',
    'Take one of the dependencies named out of its plugin.json, or make it optional.',
  ),
  DEPENDANTS_ACTIVE: caller(
    409,
    'Other plugins need this one',
    'Disable the plugins named first, or repeat the command with cascade.',
  ),
  CONSENT_REQUIRED: caller(
    409,
    'The plugin asks for permissions that nobody has decided about',
    'Grant the permissions named with the command, or decide about them in its grants.',
  ),
  GRANT_UNKNOWN: caller(
    422,
    'The plugin does not ask for that permission',
    'Decide about permissions that its manifest names.',
  ),
  TRANSITION_ILLEGAL: host(
    409,
    'The plugin cannot do that in its present state',
    'Wait for the running command to end and read the state again.',
  ),
  ROLLBACK_UNAVAILABLE: caller(
    409,
    'There is no earlier release to go back to',
    'A rollback needs a release that ran before; the releases of the plugin list what is kept.',
  ),
  OPERATION_NOT_FOUND: caller(
    404,
    'There is no such operation',
    'Only the latest operations are kept; read the list of operations.',
  ),
  OPERATION_NOT_DRAINING: caller(
    409,
    'The operation waits for no calls',
    'Only an operation in the phase "draining" can be forced; read it again.',
  ),
  OPERATION_ID_TAKEN: caller(409, 'There is an operation of that id already', 'Choose another id, or none.'),
  HOST_CLOSED: host(503, 'The host is shutting down', 'Repeat the request after the restart.'),
  HOST_ALREADY_STARTED: host(500, 'The host has already started', 'Attach gateways before start().'),
  OPTIONS_INVALID: host(500, 'An option of the host is not valid', 'Correct the option named.'),
  ADMIN_UNPROTECTED: host(
    500,
    'The admin API would be open to everybody',
    'Pass admin.authorize(request, permission), or admin: { unprotected: true } on a loopback address, or admin: false.',
  ),
  UNAUTHENTICATED: caller(401, 'Nobody is signed in', 'Send the credentials that this host asks for.'),
  FORBIDDEN: caller(
    403,
    'The right to do this is missing',
    'Ask an administrator of the host for the permission named.',
  ),
  CROSS_SITE_REFUSED: caller(
    403,
    'The request comes from another site',
    'Send the request from the same origin, or list the origin in admin.allowedOrigins.',
  ),
  MEDIA_TYPE_UNSUPPORTED: caller(415, 'The body is not JSON', 'Send Content-Type: application/json.'),
  REQUEST_INVALID: caller(400, 'The request is not valid', 'Correct the members named.'),
  REQUEST_TOO_LARGE: caller(413, 'The request body is too large', 'Send less, or raise bodyLimit on the route.'),
  ROUTE_NOT_FOUND: caller(404, 'There is no such route', 'Check the url and the method.'),
  METHOD_NOT_ALLOWED: caller(405, 'The route does not know that method', 'Use one of the methods in the Allow header.'),
  SOCKET_MESSAGE_INVALID: caller(
    400,
    'The message cannot be read',
    'Send one JSON object { "type", "data"?, "id"? } in each message.',
  ),
  SOCKET_TYPE_UNKNOWN: caller(
    404,
    'Nobody handles that message type',
    'Check the type; the plugin that handles it may be disabled.',
  ),
  SOCKET_MESSAGE_TOO_LARGE: caller(
    413,
    'The message is too large',
    'Send less in one message, or raise sockets.maxMessageBytes on the host.',
  ),
  SOCKET_TOO_FAST: caller(
    429,
    'Too many messages at once',
    'Send more slowly; sockets.messagesPerSecond on the host sets the limit.',
  ),
  DATABASE_LOCKED: host(
    503,
    'Another process uses the embedded database',
    'Stop the other process, or set DATABASE_URL=postgresql://… to run several instances on PostgreSQL.',
  ),
  DATABASE_VERSION_MISMATCH: host(
    503,
    'The embedded database has another format',
    'Dump it with the version that wrote it and load the dump, or choose another directory.',
  ),
  DATABASE_NEWER: host(
    503,
    'The database is newer than this program',
    'Update the program, or restore a backup from before the update.',
  ),
  DATABASE_INCOMPATIBLE: host(
    500,
    'The database client does not fit',
    'Pass a Prisma client that contains the models of @catalyst-plugins/prisma.',
  ),
  MIGRATION_FAILED: host(
    503,
    'A migration of the database failed',
    'Read the cause; the migration was rolled back and nothing was changed.',
  ),
  MIGRATION_EDITED: host(
    503,
    'An applied migration was edited afterwards',
    'Restore the migration file; changes go into a new migration.',
  ),
  INTERNAL: host(500, 'Something went wrong in the host', 'Look for the request id in the log of the host.'),
} as const satisfies Record<string, ErrorDescription>;

/** The stable name of an error; compare by this, never by message or class. */
export type ErrorCode = keyof typeof errorCatalogue;
