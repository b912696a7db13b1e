import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { PluginError } from '@catalyst-plugins/core';
import { panelFolder } from '@catalyst-plugins/panel';

/** One file of the panel, ready to be sent. */
export interface PanelFile {
  readonly type: string;
  readonly body: Buffer;
  readonly zipped: Buffer;
}

/** The built panel. */
export interface PanelFiles {
  /** The page, with `{{…}}` where the server has to say something. */
  readonly page: string;
  /** What the page loads, by name; the names have a hash of the contents in them. */
  readonly assets: ReadonlyMap<string, PanelFile>;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** Reads the built panel once: what is served later is looked up by name, so no request reaches the file system. Throws `OPTIONS_INVALID`. */
export function readPanelFiles(): PanelFiles {
  const folder = path.join(panelFolder, 'assets');
  try {
    const page = readFileSync(path.join(panelFolder, 'index.html'), 'utf8');
    const assets = readdirSync(folder).flatMap((name): [string, PanelFile][] => {
      const type = types[path.extname(name)];
      if (type === undefined) return [];
      const body = readFileSync(path.join(folder, name));
      return [[name, { type, body, zipped: gzipSync(body) }]];
    });
    return { page, assets: new Map(assets) };
  } catch (cause) {
    const message = `admin.ui: the panel is not built: there is no ${panelFolder}. Run "npm run build" in the workspace.`;
    throw new PluginError('OPTIONS_INVALID', message, { cause });
  }
}
