import { PluginError } from '../../errors/plugin-error.ts';

/** One field as the client knows it. */
export interface RuntimeField {
  readonly name: string;
  readonly kind: string;
  /** Name of the model that a relation leads to. */
  readonly type: string;
  readonly relationName?: string;
}

/** The client's models by the names of the schema. */
export type RuntimeModels = Readonly<Record<string, { readonly fields: readonly RuntimeField[] }>>;

/** What only the schema's text says of a relation. */
export interface SchemaRelation {
  readonly toMany: boolean;
  /** The scalar fields that hold the relation; empty on its other side. */
  readonly keys: readonly string[];
}

/** Whether the host's database is a Prisma client. */
export function isPrismaClient(db: object): boolean {
  return '$transaction' in db || '$extends' in db || '_runtimeDataModel' in db;
}

/** The models of a Prisma client. It has no public way to tell them. Throws `OPTIONS_INVALID` when they are not where they are known to be. */
export function runtimeModels(client: object): RuntimeModels {
  const { _runtimeDataModel: dataModel } = client as { readonly _runtimeDataModel?: { readonly models?: unknown } };
  const models = dataModel?.models;
  if (typeof models === 'object' && models !== null) return models as RuntimeModels;
  throw new PluginError('OPTIONS_INVALID', 'createPluginHost: db: this release of Prisma does not tell its models.', {
    hint: 'Use a release of Prisma that @catalyst-plugins/core supports, or pass an object of your own functions as db.',
  });
}

/** The relations of a model as the schema writes them, by field; empty when the client does not carry its schema. */
export function schemaRelations(client: object, model: string): ReadonlyMap<string, SchemaRelation> {
  const { _engineConfig: engine } = client as { readonly _engineConfig?: { readonly inlineSchema?: unknown } };
  const schema = typeof engine?.inlineSchema === 'string' ? engine.inlineSchema : '';
  const [, block = ''] = new RegExp(`^\\s*(?:model|view)\\s+${model}\\s*\\{([^]*?)^\\s*\\}`, 'm').exec(schema) ?? [];
  // an attribute may go over several lines
  const lines = block.replaceAll(/\([^()]*\)/g, (list) => list.replaceAll(/\s+/g, ' '));
  return new Map(
    [...lines.matchAll(/^[ \t]*(\w+)[ \t]+\w+(\[\])?(.*)$/gm)].map(([, field = '', list, attributes = '']) => [
      field,
      { toMany: list !== undefined, keys: relationKeys(attributes) },
    ]),
  );
}

function relationKeys(attributes: string): string[] {
  const [, keys = ''] = /@relation\(.*?fields:\s*\[([^\]]*)\]/.exec(attributes) ?? [];
  return keys.split(',').map((key) => key.trim());
}
