import path from 'node:path';
import { watch } from 'chokidar';

export interface WatchOptions {
  readonly pluginsDir: string;
  /** Looks at the file system from time to time instead of listening; for network and container mounts. */
  readonly polling?: boolean;
  /** How long a folder must be quiet before it is reported, in milliseconds; 80 at least. */
  readonly settleMs: number;
  /** Called with the folder that changed, once for a burst of changes. */
  readonly onChange: (folder: string) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * chokidar tells a change of a file at once and then drops further ones for 50 ms, the last one too;
 * a folder that was read within that time could keep an old or half-written file for good.
 */
const shortestSettleMs = 80;

/** Watches the folders of plugins, at any depth, until the returned function is called. */
export async function watchPlugins(options: WatchOptions): Promise<() => Promise<void>> {
  const { pluginsDir, onChange, onError } = options;
  const settleMs = Math.max(options.settleMs, shortestSettleMs);
  const pending = new Map<string, NodeJS.Timeout>();
  const watcher = watch(pluginsDir, {
    ignoreInitial: true,
    followSymlinks: false,
    usePolling: options.polling === true,
    interval: 100,
    ignored: (candidate) => isIgnored(pluginsDir, candidate),
  });
  // a loop of links is reported as an error event, and one without a listener would end the process
  watcher.on('error', onError);
  watcher.on('all', (_event, file) => {
    const [folder] = path.relative(pluginsDir, file).split(path.sep);
    if (!folder) return;
    clearTimeout(pending.get(folder));
    const report = (): void => {
      pending.delete(folder);
      onChange(path.join(pluginsDir, folder));
    };
    pending.set(folder, setTimeout(report, settleMs));
  });
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return async () => {
    for (const timer of pending.values()) clearTimeout(timer);
    pending.clear();
    await watcher.close();
  };
}

function isIgnored(pluginsDir: string, candidate: string): boolean {
  const segments = path.relative(pluginsDir, candidate).split(path.sep);
  return segments.some(
    (segment) => segment === 'node_modules' || (segment.startsWith('.') && segment !== '.' && segment !== '..'),
  );
}
