import { PluginError } from '../../errors/plugin-error.ts';
import { closestName } from '../../manifest/closest-name.ts';
import type { Logger } from '../../ports/logger.ts';

/** Namespaces of permissions that are no models. */
const otherNamespaces: ReadonlySet<string> = new Set(['db', 'plugin']);

/** Tells the log of permissions that look like those of a model, which the host does not have: most likely a slip. */
export function warnOfUnknownModels(permissions: readonly string[], models: readonly string[], logger: Logger): void {
  for (const permission of permissions) {
    const [, model = ''] = /^([^.]+)\.(?:read|write|\*)$/.exec(permission) ?? [];
    if (model === '' || otherNamespaces.has(model) || models.includes(model)) continue;
    const closest = closestName(model, models);
    const meant = closest === undefined ? '' : `; did you mean "${closest}"?`;
    logger.warn(
      { permission },
      `the permission "${permission}" opens nothing: the host has no model "${model}"${meant}`,
    );
  }
}

/** Says which models there are, and which of them was meant. */
export function unknownModel(plugin: string, name: string, known: readonly string[]): PluginError {
  const closest = closestName(name, known);
  const meant = closest === undefined ? '' : ` Did you mean "${closest}"?`;
  return new PluginError(
    'DATABASE_MODEL_UNKNOWN',
    `Plugin "${plugin}" used ctx.db.${name}; there is no such model.${meant} There are: ${known.join(', ')}.`,
    { plugin },
  );
}
