/** What a scrape says, read as strictly as the text format is defined. */
export interface Exposition {
  /** By the name of the family. */
  readonly families: ReadonlyMap<string, { readonly type: string; readonly help: string }>;
  readonly samples: readonly ExpositionSample[];
  /** The value of the one sample with that name and those labels. */
  value(name: string, labels?: Readonly<Record<string, string>>): number;
}

interface ExpositionSample {
  readonly family: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the text format 0.0.4 of Prometheus. Throws for everything that a server may refuse or read in two ways. */
export function readExposition(text: string): Exposition {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, { type: string; help: string }>();
  const samples: ExpositionSample[] = [];
  let current = '';
  let help: [name: string, text: string] | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (comment) {
      const [, what, name = '', rest = ''] = comment;
      if (what === 'HELP') help = [name, rest];
      else {
        if (families.has(name)) throw new Error(`${name} comes twice`);
        if (help?.[0] !== name) throw new Error(`${name} has no HELP before its TYPE`);
        if (!['counter', 'gauge', 'histogram', 'summary', 'untyped'].includes(rest)) throw new Error(`type ${rest}`);
        families.set(name, { type: rest, help: help[1] });
        current = name;
      }
      continue;
    }
    samples.push({ family: current, ...readSample(line) });
  }
  check(families, samples);
  return {
    families,
    samples,
    value(name, labels = {}) {
      const wanted = keyOf({ name, labels });
      const [found] = samples.filter((sample) => keyOf(sample) === wanted);
      if (!found) throw new Error(`there is no ${wanted}`);
      return found.value;
    },
  };
}

function readSample(line: string): Omit<ExpositionSample, 'family'> {
  const [, name, list = '', text] =
    /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$/.exec(line) ??
    [];
  if (name === undefined || text === undefined) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  for (const [, label = '', escaped = ''] of list.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) {
    if (Object.hasOwn(labels, label)) throw new Error(`${label} comes twice in ${line}`);
    labels[label] = escaped.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
  const value = text === '+Inf' ? Infinity : Number(text);
  if (Number.isNaN(value)) throw new Error(`not a number: ${line}`);
  return { name, labels, value };
}

function check(families: Exposition['families'], samples: readonly ExpositionSample[]): void {
  const seen = new Set<string>();
  for (const sample of samples) {
    const key = keyOf(sample);
    if (seen.has(key)) throw new Error(`${key} comes twice`);
    seen.add(key);
    const type = families.get(sample.family)?.type;
    const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    if (!suffixes.some((suffix) => sample.name === sample.family + suffix))
      throw new Error(`${sample.name} stands under ${sample.family}`);
    if (type === 'counter' && !sample.name.endsWith('_total'))
      throw new Error(`the counter ${sample.name} is no total`);
    if (type !== 'gauge' && !(sample.value >= 0)) throw new Error(`${key} is ${sample.value}`);
  }
  for (const [family, { type }] of families) if (type === 'histogram') checkHistograms(family, samples);
}

function bucketsOf(family: string, samples: readonly ExpositionSample[]): Map<string, [le: number, count: number][]> {
  const buckets = new Map<string, [le: number, count: number][]>();
  for (const { labels, value } of samples.filter(({ name }) => name === `${family}_bucket`)) {
    const { le = '', ...others } = labels;
    const key = keyOf({ name: family, labels: others });
    buckets.set(key, [...(buckets.get(key) ?? []), [le === '+Inf' ? Infinity : Number(le), value]]);
  }
  return buckets;
}

function checkHistograms(family: string, samples: readonly ExpositionSample[]): void {
  const buckets = bucketsOf(family, samples);
  const counts = samples.filter(({ name }) => name === `${family}_count`);
  if (counts.length !== buckets.size) throw new Error(`${family} lacks counts`);
  for (const { labels, value } of counts) {
    const ofOne = buckets.get(keyOf({ name: family, labels })) ?? [];
    const [last, total] = ofOne.at(-1) ?? [];
    if (!isGrowing(ofOne) || last !== Infinity || total !== value) throw new Error(`${family} is no histogram`);
  }
}

function isGrowing(buckets: readonly (readonly [le: number, count: number])[]): boolean {
  return buckets.every(([le, count], index) => {
    const [leBefore, countBefore] = buckets[index - 1] ?? [-Infinity, 0];
    return le > leBefore && count >= countBefore;
  });
}

function keyOf({ name, labels }: Pick<ExpositionSample, 'name' | 'labels'>): string {
  const pairs = Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `${name}${JSON.stringify(pairs)}`;
}
