const tokenKey = 'catalyst-plugins:token';
const addresses = ['openapi.json', 'openapi/plugins.json'];

/** Asks the server for the document, again and again, with the token that was given for this tab. */
export class DocumentSource {
  #etags = new Map();

  get hasToken() {
    return sessionStorage.getItem(tokenKey) !== null;
  }

  /** Whose token to send; `undefined` forgets it. */
  setToken(token) {
    this.#etags.clear();
    if (token === undefined) sessionStorage.removeItem(tokenKey);
    else sessionStorage.setItem(tokenKey, token);
  }

  /**
   * The document if it is another than the last one.
   * `{ document }`, `{ unchanged: true }`, `{ refused: true }`, or `{ failed: '…' }`.
   */
  async read() {
    for (const address of addresses) {
      const response = await this.#fetch(address);
      if (response === undefined) return this.#failed('The server does not answer.');
      if (response.status === 304) return { unchanged: true };
      if (response.ok) {
        this.#etags = new Map([[address, response.headers.get('etag') ?? '']]);
        return { document: await response.json(), address };
      }
      if (response.status >= 500) return this.#failed(`The server answers ${response.status}.`);
    }
    return { refused: true };
  }

  /** What was known is asked for again, so that it is shown again. */
  #failed(failed) {
    this.#etags.clear();
    return { failed };
  }

  async #fetch(address) {
    const token = sessionStorage.getItem(tokenKey);
    const etag = this.#etags.get(address);
    const headers = {
      accept: 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(etag ? { 'if-none-match': etag } : {}),
    };
    try {
      return await fetch(address, { headers, cache: 'no-store' });
    } catch {
      return undefined;
    }
  }
}
