/** Tells which plugin folders may have changed. */
export interface FolderEvents {
  /** Called before the contents of a folder are read; whatever changes in it from then on is told. */
  follow(folder: string): Promise<void>;
  close(): void;
}

export interface FolderEventsOptions {
  readonly pluginsDir: string;
  /** Told the folder in which something changed. */
  readonly onChange: (folder: string) => void;
  readonly onError: (error: unknown) => void;
}
