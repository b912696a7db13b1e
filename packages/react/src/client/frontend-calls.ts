import type { FrontendManifest } from '@catalyst-plugins/core/protocol';
import { followLiveEvents, type LiveObserver } from './follow-live-events.ts';
import { objectIn } from './read-answer.ts';
import type { RequestOptions } from './request-options.ts';
import type { Transport } from './transport.ts';

/** What pages load of plugins, and how that reaches the routes of its plugin. */
export interface FrontendCalls {
  /** The frontends of plugins that are active; their addresses are whole in a page, and where `baseUrl` is. */
  frontends(options?: RequestOptions): Promise<FrontendManifest>;
  /** Hears by `onReset` that there are other frontends now, across lost connections, until the returned function is called. */
  followFrontends(observer: Pick<LiveObserver, 'onReset' | 'onConnection'>): () => void;
  /** Asks a route of a plugin, by its path under the plugin, as `fetch` would, with the headers of this client. */
  fetchOf(plugin: string, path: string, init?: RequestInit): Promise<Response>;
}

/** Makes the part of a client that is about frontends. */
export function frontendCalls(transport: Transport): FrontendCalls {
  return {
    frontends: (options) =>
      transport.call(
        (answer) => located(objectIn<FrontendManifest>(answer), transport.prefix),
        'GET /ui/manifest',
        options,
      ),
    followFrontends: (observer) =>
      followLiveEvents(
        (_last, signal) => transport.stream('/ui/events', { signal }, { accept: 'text/event-stream' }),
        observer,
      ),
    fetchOf: (plugin, path, init) => transport.send(`/${encodeURIComponent(plugin)}/${path.replace(/^\/+/, '')}`, init),
  };
}

/** Addresses are relative to the list; where nobody knows that of the list, they stay so. */
function located(manifest: FrontendManifest, prefix: string): FrontendManifest {
  const base = [prefix, globalThis.document?.baseURI ?? ''].find((address) => /^https?:/.test(address));
  if (base === undefined) return manifest;
  const list = new URL(`${prefix}/ui/`, base);
  const whole = (address: string): string => new URL(address, list).href;
  const frontends = manifest.frontends.map((one) => ({ ...one, entry: whole(one.entry), css: one.css.map(whole) }));
  return { ...manifest, frontends };
}
