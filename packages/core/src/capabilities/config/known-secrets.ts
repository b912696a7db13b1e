/** Shorter ones are left in texts: they would be found in innocent words. */
const shortest = 4;
/** Of each plugin; the latest are kept, so that a secret that was replaced is still recognised. */
const most = 1_000;

/** The secrets that a host has seen, to keep them out of what it writes. */
export class KnownSecrets {
  readonly #texts = new Map<string, Set<string>>();
  /** How they may be written, the longest first: one may be part of another. */
  readonly #spellings = new Map<string, readonly string[]>();

  note(plugin: string, texts: readonly string[]): void {
    const known = this.#texts.get(plugin) ?? new Set();
    for (const text of texts) {
      if (text.length < shortest) continue;
      // those seen last are kept longest
      known.delete(text);
      known.add(text);
    }
    for (const text of known) {
      if (known.size <= most) break;
      known.delete(text);
    }
    if (known.size === 0) return;
    this.#texts.set(plugin, known);
    const spellings = [...known].flatMap(spellingsOf).toSorted((a, b) => b.length - a.length);
    this.#spellings.set(plugin, [...new Set(spellings)]);
  }

  /** The text with `[secret]` in the place of every secret of the plugin, also where it stands in JSON or in a url. */
  redact(plugin: string, text: string): string {
    const spellings = this.#spellings.get(plugin) ?? [];
    return spellings.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
  }

  /** As `redact`, for the secrets that all plugins have now. */
  ofAll(): (text: string) => string {
    const spellings = [...this.#spellings.values()].flat().toSorted((a, b) => b.length - a.length);
    return (text) => spellings.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
  }

  has(plugin: string): boolean {
    return this.#texts.has(plugin);
  }

  forget(plugin: string): void {
    this.#texts.delete(plugin);
    this.#spellings.delete(plugin);
  }
}

function spellingsOf(secret: string): string[] {
  const inUrl = encodeURIComponent(secret);
  return [secret, JSON.stringify(secret).slice(1, -1), inUrl, inUrl.replaceAll('%20', '+')];
}
