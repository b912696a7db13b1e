/** A `fetch` whose answers can be kept back after the server has given them. */
export interface HeldFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Keeps back the next answer to such a request. */
  hold(method: string, path: string): HeldAnswer;
}

export interface HeldAnswer {
  /** Resolves when the server has answered. */
  readonly answered: Promise<void>;
  release(): void;
}

/** Makes a `fetch` with which a test decides in which order answers arrive. */
export function createHeldFetch(): HeldFetch {
  const holds: { matches: (request: string) => boolean; reached: () => void; released: Promise<void> }[] = [];
  return {
    async fetch(input, init) {
      const request = `${init?.method ?? 'GET'} ${input instanceof Request ? input.url : input.toString()}`;
      const index = holds.findIndex(({ matches }) => matches(request));
      const [held] = index < 0 ? [] : holds.splice(index, 1);
      const response = await globalThis.fetch(input, init);
      if (!held) return response;
      // read in full, or the server would not be done
      const text = await response.text();
      held.reached();
      await held.released;
      return new Response(text, response);
    },
    hold(method, path) {
      let reached = (): void => undefined;
      let release = (): void => undefined;
      const answered = new Promise<void>((resolve) => (reached = resolve));
      const released = new Promise<void>((resolve) => (release = resolve));
      const matches = (request: string): boolean =>
        request.startsWith(`${method} `) && request.endsWith(`/api/plugins${path}`);
      holds.push({ matches, reached, released });
      return { answered, release };
    },
  };
}
