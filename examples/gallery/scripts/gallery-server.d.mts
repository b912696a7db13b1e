/** Serves the built gallery on a port of this machine, 0 (default) for any that is free. */
export function serveGallery(port?: number): Promise<{
  readonly url: string;
  close(): Promise<void>;
}>;
