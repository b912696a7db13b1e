import { PluginError } from '../../errors/plugin-error.ts';
import type { DatabaseAccess, DatabaseOptions, ModelAccess } from './database-access.ts';
import type { DatabaseField, DatabaseModel } from './database-model.ts';
import { runtimeModels, schemaRelations, type RuntimeField, type SchemaRelation } from './prisma-data-model.ts';

interface SchemaModel {
  readonly fields: readonly RuntimeField[];
  readonly relations: ReadonlyMap<string, SchemaRelation>;
}

type SchemaModels = ReadonlyMap<string, SchemaModel>;

/** The models of a Prisma client by the names of the schema, with what the host says about them. Throws `OPTIONS_INVALID`. */
export function readModels(client: object, { aliases, access }: DatabaseOptions): ReadonlyMap<string, DatabaseModel> {
  const schema: SchemaModels = new Map(
    Object.entries(runtimeModels(client)).map(([name, { fields }]) => [
      name,
      { fields, relations: schemaRelations(client, name) },
    ]),
  );
  const members = [...schema.keys()].map(memberOf);
  checkNames('dbAccess', Object.keys(access), members);
  checkNames('modelAliases', Object.values(aliases), members);
  const hidden = hiddenFields(schema, access);
  return new Map(
    [...schema].map(([name, model]) => {
      const member = memberOf(name);
      const aliased = Object.keys(aliases).filter((alias) => aliases[alias] === member);
      const fields = new Map(model.fields.map((field) => [field.name, readField(field, model, schema)]));
      const names = [...new Set([member, name, ...aliased])];
      return [name, { member, names, fields, hidden: hidden.get(name) ?? new Set(), where: access[member]?.where }];
    }),
  );
}

/** Checks that what an option names is there. Throws `OPTIONS_INVALID`. */
export function checkNames(option: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new PluginError(
    'OPTIONS_INVALID',
    `createPluginHost: ${option}: there is no "${unknown}"; there are ${known.join(', ')}.`,
  );
}

function memberOf(model: string): string {
  return model.charAt(0).toLowerCase() + model.slice(1);
}

function readField(
  { name, kind, type }: RuntimeField,
  { relations }: SchemaModel,
  schema: SchemaModels,
): DatabaseField {
  // composite types are objects too, but lead to no other rows
  const isRelation = kind === 'object' && schema.has(type);
  return { name, target: isRelation ? type : undefined, toMany: relations.get(name)?.toMany ?? false };
}

function hiddenFields(schema: SchemaModels, access: DatabaseAccess): ReadonlyMap<string, Set<string>> {
  const hidden = new Map<string, Set<string>>();
  for (const [name, { fields }] of schema) {
    const names = fields.map((field) => field.name);
    hidden.set(name, new Set(hiddenByHost(memberOf(name), names, access[memberOf(name)] ?? {})));
  }
  for (const [name, model] of schema) {
    const keys = hidden.get(name) ?? new Set();
    for (const relation of relationsHeldBy(keys, model)) {
      // a relation tells the key that holds it, from both of its sides
      keys.add(relation.name);
      const others = schema.get(relation.type)?.fields ?? [];
      const back = others.filter(({ relationName }) => relationName === relation.relationName);
      for (const { name: other } of back) hidden.get(relation.type)?.add(other);
    }
  }
  return hidden;
}

function relationsHeldBy(keys: ReadonlySet<string>, { fields, relations }: SchemaModel): RuntimeField[] {
  return fields.filter(({ name }) => relations.get(name)?.keys.some((key) => keys.has(key)));
}

function hiddenByHost(member: string, names: readonly string[], { fields, hidden = [] }: ModelAccess): string[] {
  checkNames(`dbAccess.${member}.fields`, fields ?? [], names);
  checkNames(`dbAccess.${member}.hidden`, hidden, names);
  return names.filter((name) => hidden.includes(name) || (fields !== undefined && !fields.includes(name)));
}
