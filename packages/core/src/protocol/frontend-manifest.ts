/** The browser side of one plugin that is live. Addresses are relative to that of the list. */
export interface PluginFrontend {
  readonly plugin: string;
  readonly displayName: string;
  readonly version: string;
  /** Another one for other contents: what it names never changes. */
  readonly hash: string;
  /** The ES module to load. */
  readonly entry: string;
  /** Style sheets that are there while the frontend is. */
  readonly css: readonly string[];
  /** Version of the modules that the page is expected to share. */
  readonly shared: string;
}

/** A frontend that cannot be served, and why. */
export interface BrokenFrontend {
  readonly plugin: string;
  readonly displayName: string;
  readonly version: string;
  readonly code: string;
  readonly message: string;
}

/** Which frontends there are now: the answer of `GET /api/plugins/ui/manifest`. */
export interface FrontendManifest {
  readonly frontends: readonly PluginFrontend[];
  readonly broken: readonly BrokenFrontend[];
}
