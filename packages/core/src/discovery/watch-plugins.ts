import type { FolderEvents } from './folder-events.ts';
import { readCode, type CodeReading } from './inspect-folder.ts';
import { listenToFolders } from './native-events.ts';
import { pollFolders } from './polled-events.ts';
import { SettledFolders, type SettledFoldersOptions } from './settled-folders.ts';

export interface WatchOptions extends Omit<SettledFoldersOptions<CodeReading>, 'read'> {
  readonly pluginsDir: string;
  /** Looks at the file system from time to time instead of listening; for network and container mounts. */
  readonly polling: boolean;
}

/** Watches the folders of plugins, at any depth, until the returned function is called. */
export async function watchPlugins(options: WatchOptions): Promise<() => void> {
  const { pluginsDir, onError } = options;
  let events: FolderEvents | undefined;
  const settled = new SettledFolders({
    ...options,
    async read(folder) {
      await events?.follow(folder);
      return readCode(folder);
    },
  });
  const listen = options.polling ? pollFolders : listenToFolders;
  events = await listen({ pluginsDir, onChange: (folder) => settled.change(folder), onError });
  return () => {
    events?.close();
    settled.close();
  };
}
