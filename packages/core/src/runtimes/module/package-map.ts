/** Which branches of a package.json `imports` or `exports` apply to an import. */
const importConditions: ReadonlySet<string> = new Set(['node', 'import', 'default', 'module-sync']);

/** Looks a specifier up in the `imports` or `exports` of a package.json, patterns and conditions included; gives the target. */
export function lookUpPackageMap(map: unknown, key: string): string | undefined {
  const targets = isSubpathMap(map) ? map : { '.': map };
  if (key in targets && !key.includes('*')) return pickTarget(targets[key], '');
  const [pattern, target] = bestPattern(targets, key) ?? [];
  if (pattern === undefined) return undefined;
  const [prefix = '', suffix = ''] = pattern.split('*');
  return pickTarget(target, key.slice(prefix.length, key.length - suffix.length));
}

/** The pattern with the longest text before its star. */
function bestPattern(targets: Record<string, unknown>, key: string): [string, unknown] | undefined {
  const matching = Object.entries(targets).filter(([pattern]) => {
    const [prefix = '', suffix] = pattern.split('*');
    return (
      suffix !== undefined &&
      key.length >= prefix.length + suffix.length &&
      key.startsWith(prefix) &&
      key.endsWith(suffix)
    );
  });
  return matching.toSorted(([one], [other]) => other.indexOf('*') - one.indexOf('*'))[0];
}

function pickTarget(target: unknown, star: string): string | undefined {
  if (typeof target === 'string') return target.replaceAll('*', star);
  const branches = Array.isArray(target)
    ? target
    : Object.entries(isRecord(target) ? target : {}).flatMap(([condition, branch]) =>
        importConditions.has(condition) ? [branch] : [],
      );
  for (const branch of branches) {
    const picked = pickTarget(branch, star);
    if (picked !== undefined) return picked;
  }
  return undefined;
}

function isSubpathMap(map: unknown): map is Record<string, unknown> {
  return isRecord(map) && Object.keys(map).some((name) => /^[.#]/.test(name));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
