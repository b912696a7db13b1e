import { createHash } from 'node:crypto';
import { sharedNames } from './generated/shared-names.ts';

/** Version of what pages share with plugin frontends: the modules below, to which names are only ever added. */
export const sharedVersion = 'v1';

/** A module that passes on what the page has. */
export interface SharedModule {
  /** Its name below `ui/shared/v1/`. */
  readonly file: string;
  readonly text: string;
  readonly hash: string;
}

/** The modules that frontends import by name and pages share, by that name. */
export const sharedModules: ReadonlyMap<string, SharedModule> = new Map(
  [
    ...Object.entries(sharedNames).map(([name, exported]): [string, string] => [name, passOn(name, exported)]),
    ['react/jsx-dev-runtime', developmentRuntime()] as const,
  ].map(([name, text]) => [name, { file: fileOf(name), text, hash: hashOf(text) }]),
);

/** The shared module of a file name. */
export function sharedModuleOf(file: string): SharedModule | undefined {
  return [...sharedModules.values()].find((module) => module.file === file);
}

/** Names that the page's React does not have are `undefined`, so that one frontend can ask for both. */
function passOn(name: string, exported: readonly string[]): string {
  return `${lookUp(name)}
export default shared.default ?? shared;
export const {
${exported.map((one) => `  ${one},\n`).join('')}} = shared;
`;
}

/** What a frontend calls that was built for development: with a page built for production React has nothing for it. */
function developmentRuntime(): string {
  return `${lookUp('react/jsx-runtime')}
export const Fragment = shared.Fragment;
export const jsxDEV = (type, props, key, isStatic) => (isStatic ? shared.jsxs : shared.jsx)(type, props, key);
`;
}

function lookUp(name: string): string {
  const quoted = JSON.stringify(name);
  return `const shared = globalThis[Symbol.for('catalyst-plugins.shared/${sharedVersion}')]?.[${quoted}];
if (!shared)
  throw Object.assign(
    new Error('This page shares no ' + ${quoted} + ' with plugin frontends. Show frontends by PluginSlot and its like of @catalyst-plugins/react, or call its sharePluginRuntime() before they are loaded.'),
    { code: 'FRONTEND_SHARED_MISSING', module: ${quoted} },
  );`;
}

function fileOf(name: string): string {
  return `${name.replace('@', '').replaceAll('/', '-')}.js`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
