import { createHash } from 'node:crypto';
import path from 'node:path';
import { PluginError, type LiveFrontend } from '@catalyst-plugins/core';
import type { PluginFrontend } from '@catalyst-plugins/core/protocol';
import { assetType } from './asset-type.ts';
import { browserModule, isBrowserModule } from './browser-module.ts';

/** One file as browsers get it. */
export interface Asset {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

/** The frontend of one release, ready to be sent; it never changes. */
export interface BuiltFrontend {
  readonly listed: PluginFrontend;
  /** By path in the plugin folder, with slashes. */
  readonly assets: ReadonlyMap<string, Asset>;
}

/** Makes a frontend ready to be sent. Throws `FRONTEND_TOO_LARGE`, `ENTRY_NOT_FOUND`, `MODULE_FAILED`. */
export async function buildFrontend(live: LiveFrontend): Promise<BuiltFrontend> {
  const { plugin, displayName, version, section } = live;
  const assets = new Map<string, Asset>();
  const contents = createHash('sha256');
  for (const [file, source] of await live.read()) {
    const asset = await assetOf(plugin, file, source);
    contents.update(`${file}\0${asset.etag}\0`);
    assets.set(file, asset);
  }
  const [entry, ...css] = [section.entry, ...section.css].map((file) => namedAsset(live, assets, file));
  const hash = contents.digest('hex').slice(0, 32);
  const urlOf = (file: string): string =>
    `plugins/${plugin}/${hash}/${file.split('/').map(encodeURIComponent).join('/')}`;
  return {
    listed: {
      plugin,
      displayName,
      version,
      hash,
      entry: urlOf(entry as string),
      css: css.map(urlOf),
      shared: section.shared,
    },
    assets,
  };
}

async function assetOf(plugin: string, file: string, source: string | Uint8Array): Promise<Asset> {
  const isModule = typeof source === 'string' && isBrowserModule(file);
  const body = Buffer.from(isModule ? await browserModule(plugin, file, source) : source);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  return { body, type: assetType(isModule ? 'module.js' : file), etag };
}

/** The path of a file that the manifest names, as it is served. */
function namedAsset({ plugin }: LiveFrontend, assets: ReadonlyMap<string, Asset>, file: string): string {
  const served = path.posix.normalize(file);
  if (assets.has(served)) return served;
  const message = `The frontend of "${plugin}" has no file "${file}" that can be served; links and dot-files are not.`;
  throw new PluginError('ENTRY_NOT_FOUND', message, { plugin });
}
