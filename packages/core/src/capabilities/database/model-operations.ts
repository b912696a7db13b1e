import type { AccessVerb } from './database-model.ts';
import { guardData } from './guard-data.ts';
import { guardNames, guardOrder, guardSums, guardWhere } from './guard-filter.ts';
import { asItIs, guardCursor, guardFields, type Guard } from './guard-selection.ts';

/** A method of a model that plugins can have. */
export interface ModelOperation {
  readonly verb: AccessVerb;
  /** How each argument is checked; there are no others. */
  readonly args: Readonly<Record<string, Guard>>;
  /** Whether it answers one row, whose relations can be asked for by a further call. */
  readonly answersOne: boolean;
}

const row = { select: guardFields, include: guardFields, omit: asItIs, relationLoadStrategy: asItIs };
const where = { where: guardWhere };
const page = { orderBy: guardOrder, cursor: guardCursor, take: asItIs, skip: asItIs };
const sums = { _count: guardSums, _avg: guardSums, _sum: guardSums, _min: guardSums, _max: guardSums };
const data = { data: guardData };
const limit = { limit: asItIs };
const skipDuplicates = { skipDuplicates: asItIs };

const read = (...args: object[]): ModelOperation => operation('read', false, args);
const readOne = (...args: object[]): ModelOperation => operation('read', true, args);
const write = (...args: object[]): ModelOperation => operation('write', false, args);
const writeOne = (...args: object[]): ModelOperation => operation('write', true, args);

function operation(verb: AccessVerb, answersOne: boolean, args: readonly object[]): ModelOperation {
  return { verb, answersOne, args: Object.assign(Object.create(null), ...args) as ModelOperation['args'] };
}

/** The methods of a model that plugins can have at all. */
export const modelOperations: Readonly<Record<string, ModelOperation>> = {
  findUnique: readOne(where, row),
  findUniqueOrThrow: readOne(where, row),
  findFirst: readOne(where, page, { distinct: guardNames }, row),
  findFirstOrThrow: readOne(where, page, { distinct: guardNames }, row),
  findMany: read(where, page, { distinct: guardNames }, row),
  count: read(where, page, { select: guardSums }),
  aggregate: read(where, page, sums),
  groupBy: read(where, page, { by: guardNames, having: guardWhere }, sums),
  create: writeOne(data, row),
  createMany: write(data, skipDuplicates),
  createManyAndReturn: write(data, skipDuplicates, row),
  update: writeOne(where, data, row),
  updateMany: write(where, data, limit),
  updateManyAndReturn: write(where, data, limit, row),
  upsert: writeOne(where, { create: guardData, update: guardData }, row),
  delete: writeOne(where, row),
  deleteMany: write(where, limit),
};
