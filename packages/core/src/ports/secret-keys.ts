/** Where the key comes from that secrets in settings are encrypted with. */
export interface SecretKeys {
  /** All keys that there are: the first encrypts, each may decrypt. Empty before the first is made; never throws. */
  read(): Promise<readonly string[]>;
  /** The key to encrypt with; makes it when there is none. Throws `SECRET_KEY_UNAVAILABLE`. */
  first(): Promise<string>;
}

/** Keys that the host application gives. */
export function givenSecretKeys(keys: readonly [string, ...string[]]): SecretKeys {
  return { read: async () => keys, first: async () => keys[0] };
}
