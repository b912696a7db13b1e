import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the environment says about this host. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly pluginsDir: string;
  /** PostgreSQL; the embedded database when absent. */
  readonly databaseUrl: string | undefined;
  /** Where the embedded database lives. */
  readonly dataDir: string;
  readonly adminToken: string;
  /** Whether the token was made for this run, because none was given. */
  readonly adminTokenIsNew: boolean;
  /** People who may sign in besides the administrator, by their token. */
  readonly users: ReadonlyMap<string, PanelUser>;
  readonly logLevel: string;
  /** Reload plugins when their files change. */
  readonly hotReload: boolean;
  /** What plugins are kept from doing to the process. */
  readonly guard: 'process' | 'everything' | false;
  /** How long plugins may take to end, in milliseconds. */
  readonly shutdownMs: number;
  /** How long the server serves on after it was told to end, so that load balancers notice, in milliseconds. */
  readonly shutdownDelayMs: number;
}

/** Somebody who uses the panel. */
export interface PanelUser {
  readonly id: string;
  readonly permissions: readonly string[];
}

const exampleFolder = fileURLToPath(new URL('..', import.meta.url));

/** Reads the settings from environment variables; throws a sentence for the operator when one cannot be used. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const adminToken = given('ADMIN_TOKEN');
  return {
    port: readPort(given('PORT') ?? '3000'),
    host: given('HOST') ?? '127.0.0.1',
    pluginsDir: path.resolve(given('PLUGINS_DIR') ?? path.join(exampleFolder, 'catalyst-plugins')),
    databaseUrl: given('DATABASE_URL'),
    dataDir: path.resolve(given('DATA_DIR') ?? path.join(exampleFolder, '.data')),
    adminToken: adminToken ?? randomBytes(24).toString('base64url'),
    adminTokenIsNew: adminToken === undefined,
    users: readUsers(given('PANEL_USERS') ?? '{}'),
    logLevel: given('LOG_LEVEL') ?? 'info',
    hotReload: readSwitch('PLUGIN_HOT_RELOAD', given('PLUGIN_HOT_RELOAD'), given('NODE_ENV') !== 'production'),
    guard: readGuard(given('PLUGIN_GUARD') ?? 'process'),
    shutdownMs: readMilliseconds('SHUTDOWN_MS', given('SHUTDOWN_MS') ?? '25000'),
    shutdownDelayMs: readMilliseconds('SHUTDOWN_DELAY_MS', given('SHUTDOWN_DELAY_MS') ?? '0'),
  };
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`PORT is "${text}"; set it to a number from 0 to 65535.`);
}

function readMilliseconds(name: string, text: string): number {
  const ms = Number(text);
  if (Number.isInteger(ms) && ms >= 0 && ms <= 600_000) return ms;
  throw new Error(`${name} is "${text}"; set it to milliseconds, 0 to 600000.`);
}

function readGuard(text: string): Settings['guard'] {
  if (text === 'process' || text === 'everything') return text;
  if (text === 'off') return false;
  throw new Error(`PLUGIN_GUARD is "${text}"; set it to process, everything or off.`);
}

function readSwitch(name: string, text: string | undefined, otherwise: boolean): boolean {
  if (text === undefined) return otherwise;
  if (/^(?:1|true|yes|on)$/i.test(text)) return true;
  if (/^(?:0|false|no|off)$/i.test(text)) return false;
  throw new Error(`${name} is "${text}"; set it to true or false.`);
}

function readUsers(text: string): Map<string, PanelUser> {
  const expected = 'PANEL_USERS is not of the form {"<token>":{"id":"ana","permissions":["tickets.write"]}}.';
  let users: unknown;
  try {
    users = JSON.parse(text);
  } catch {
    throw new Error(expected);
  }
  if (typeof users !== 'object' || users === null || !Object.values(users).every(isUser)) throw new Error(expected);
  return new Map(Object.entries(users));
}

function isUser(value: unknown): value is PanelUser {
  if (typeof value !== 'object' || value === null) return false;
  const { id, permissions } = value as Partial<PanelUser>;
  return typeof id === 'string' && Array.isArray(permissions) && permissions.every((one) => typeof one === 'string');
}
