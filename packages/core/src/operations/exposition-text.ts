/** A sample: its labels, and its value in the unit that the name of its family says. */
export type ExpositionSample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** What a scrape has to be told with the text of an `ExpositionText`. */
export const expositionContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Writes figures in the text format that Prometheus reads. */
export class ExpositionText {
  readonly #lines: string[] = [];

  /** Adds a family of counters or gauges; one without samples is left out. */
  add(family: { name: string; type: 'counter' | 'gauge'; help: string }, samples: readonly ExpositionSample[]): void {
    if (samples.length === 0) return;
    this.#head(family);
    for (const [labels, value] of samples) this.#sample(family.name, labels, value);
  }

  /** Adds a family of histograms; `counts` has one number for each bound and one for what is beyond. */
  addHistograms(
    { name, help, bounds }: { name: string; help: string; bounds: readonly number[] },
    histograms: readonly (readonly [
      labels: Readonly<Record<string, string>>,
      counts: readonly number[],
      sum: number,
    ])[],
  ): void {
    if (histograms.length === 0) return;
    this.#head({ name, type: 'histogram', help });
    for (const [labels, counts, sum] of histograms) {
      let total = 0;
      for (const [index, count] of counts.entries()) {
        total += count;
        const bound = bounds[index];
        this.#sample(`${name}_bucket`, { ...labels, le: bound === undefined ? '+Inf' : String(bound) }, total);
      }
      this.#sample(`${name}_sum`, labels, sum);
      this.#sample(`${name}_count`, labels, total);
    }
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  #head({ name, type, help }: { name: string; type: string; help: string }): void {
    this.#lines.push(
      `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
      `# TYPE ${name} ${type}`,
    );
  }

  #sample(name: string, labels: Readonly<Record<string, string>>, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    this.#lines.push(`${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`);
  }
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
