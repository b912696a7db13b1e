import type { PluginFrontend } from '@catalyst-plugins/core/protocol';
import { isObject } from '../client/read-answer.ts';
import { FrontendError, reasonOf, type FrontendErrorKind } from './frontend-error.ts';
import { readPluginUI, type ReadPluginUI } from './read-plugin-ui.ts';

/** The version of shared modules that this package can share. */
const sharedVersion = 'v1';

/** A frontend that is on the page. */
export interface LoadedFrontend extends ReadPluginUI {
  readonly hash: string;
  readonly removeStyles: () => void;
}

/** Brings a frontend onto the page: its style sheets, then its module. `attempt` is 0 at first. Throws `FrontendError`. */
export async function loadFrontend(listed: PluginFrontend, attempt: number): Promise<LoadedFrontend> {
  const { plugin, hash, shared, entry, css } = listed;
  if (shared !== sharedVersion) {
    const message = `It was made for version "${shared}" of the shared modules; this page has "${sharedVersion}".`;
    throw new FrontendError(plugin, 'version', message, { detail: `${shared} ≠ ${sharedVersion}` });
  }
  // loaded only where frontends are
  const { sharePluginRuntime } = await import('./share-plugin-runtime.ts');
  sharePluginRuntime();
  const links = css.map((address) => addStyles(plugin, address));
  const removeStyles = (): void => links.forEach(({ link }) => link.remove());
  try {
    await Promise.all(links.map(({ settled }) => settled));
    // browsers remember that a module failed, by its address
    const module = await importModule(plugin, attempt === 0 ? entry : `${entry}?again=${attempt}`);
    return { hash, removeStyles, ...readUI(module, listed) };
  } catch (error) {
    removeStyles();
    throw error;
  }
}

function readUI(module: object, listed: PluginFrontend): ReadPluginUI {
  try {
    return readPluginUI(module, listed);
  } catch (cause) {
    const detail = reasonOf(cause);
    throw new FrontendError(listed.plugin, 'invalid-module', `Its module cannot be used: ${detail}.`, {
      cause,
      detail,
    });
  }
}

async function importModule(plugin: string, address: string): Promise<object> {
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ address)) as object;
  } catch (cause) {
    throw await importError(plugin, address, cause);
  }
}

/** Browsers do not say why a module was not fetched; the address is asked once more for that. */
async function importError(plugin: string, address: string, cause: unknown): Promise<FrontendError> {
  const reason = reasonOf(cause);
  const failed = (kind: FrontendErrorKind, message: string, detail = reason): FrontendError =>
    new FrontendError(plugin, kind, message, { cause, detail });
  if (isObject(cause) && cause['code'] === 'FRONTEND_SHARED_MISSING') return failed('shared-missing', reason);
  if (cause instanceof TypeError && /fetch|import|load/i.test(cause.message)) {
    const answer = await fetch(address, { method: 'HEAD' }).catch(() => undefined);
    if (!answer) return failed('network', 'Its code could not be fetched: the server was not reached.');
    if (!answer.ok) {
      const { status } = answer;
      return failed('http', `Its code could not be fetched: the server answered ${status}.`, `HTTP ${status}`);
    }
    return failed('evaluation', 'A module that it imports could not be fetched, or a name that it imports is none.');
  }
  return failed('evaluation', `Its code failed when it was loaded: ${reason}`);
}

interface Styles {
  readonly link: HTMLLinkElement;
  /** Resolves when it is there, or failed: a frontend without its style is better than none. */
  readonly settled: Promise<unknown>;
}

function addStyles(plugin: string, address: string): Styles {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = address;
  link.dataset['plugin'] = plugin;
  const settled = new Promise((resolve) => {
    link.addEventListener('load', resolve);
    link.addEventListener('error', resolve);
  });
  document.head.append(link);
  return { link, settled };
}
