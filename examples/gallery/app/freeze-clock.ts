/** Lets it be the same moment at every visit; what waits goes on waiting as long as it does. */
export function freezeClock(moment: string): void {
  const time = Date.parse(moment);
  globalThis.Date = class extends Date {
    constructor(...given: [] | [value: number | string]) {
      if (given.length === 0) super(time);
      else super(...given);
    }

    static override now(): number {
      return time;
    }
  } as DateConstructor;
}
