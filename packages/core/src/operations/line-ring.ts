/** Something of a size, in bytes. */
interface Sized {
  readonly bytes: number;
}

/** The latest entries, as many as fit; the oldest make room. */
export class LineRing<Entry extends Sized> {
  readonly #most: number;
  readonly #mostBytes: number;
  #entries: (Entry | undefined)[] = [];
  /** Where the oldest entry is. */
  #first = 0;
  #bytes = 0;
  #dropped = 0;

  constructor({ lines, bytes }: { readonly lines: number; readonly bytes: number }) {
    this.#most = lines;
    this.#mostBytes = bytes;
  }

  /** How many had to make room. */
  get dropped(): number {
    return this.#dropped;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    while (this.#entries.length - this.#first > this.#most || this.#bytes > this.#mostBytes) this.#dropOldest();
    // moved now and then, so that it costs next to nothing for each entry
    if (this.#first < this.#most) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }

  /** All of them, the oldest first. */
  all(): Entry[] {
    return this.#entries.slice(this.#first) as Entry[];
  }

  /** Takes all of them out, and says how many had to make room since. */
  take(): { readonly entries: Entry[]; readonly dropped: number } {
    const taken = { entries: this.all(), dropped: this.#dropped };
    this.#entries = [];
    this.#first = 0;
    this.#bytes = 0;
    this.#dropped = 0;
    return taken;
  }

  #dropOldest(): void {
    const oldest = this.#entries[this.#first];
    if (!oldest) return;
    this.#bytes -= oldest.bytes;
    this.#entries[this.#first] = undefined;
    this.#first += 1;
    this.#dropped += 1;
  }
}
