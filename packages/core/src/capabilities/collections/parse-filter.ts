import { closestName } from '../../manifest/closest-name.ts';
import type { DocumentFilter, DocumentPath } from '../../ports/collection-store.ts';
import { checkedJson, isPlainObject, kindOf, type Refuse } from './checked-json.ts';
import type { Json } from '../../protocol/json.ts';
import { givenId } from './document-id.ts';
import { parsePath } from './parse-path.ts';
import { portablePattern } from './portable-pattern.ts';

const maxDepth = 32;
const maxConditions = 1_000;

/**
 * What an `undefined` value of a filter is: for reading, as good as `null`; who changes documents by a value that is not
 * there has made a mistake.
 */
export type UndefinedMeaning = 'null' | 'mistake';

/** Checks which documents are meant, and takes it apart for a store. */
export function parseFilter(
  filter: unknown,
  refuse: Refuse,
  undefinedMeaning: UndefinedMeaning = 'mistake',
): DocumentFilter {
  return new FilterParser(refuse, undefinedMeaning).filter(filter, 0);
}

/** Like `parseFilter`, for the value at one path: a condition such as `{ $gt: 1 }`, or a value that it must equal. */
export function parseCondition(path: DocumentPath, condition: unknown, refuse: Refuse): DocumentFilter {
  return new FilterParser(refuse, 'mistake').condition(path, condition, 0);
}

/** Whether the members of an object are operators; throws when only some are. */
export function isOperators(value: unknown, refuse: Refuse): value is Record<string, unknown> {
  if (!isPlainObject(value)) return false;
  const keys = Object.keys(value);
  const operators = keys.filter((key) => key.startsWith('$'));
  if (operators.length === 0) return false;
  if (operators.length === keys.length) return true;
  const [operator = '', plain = ''] = [operators[0], keys.find((key) => !key.startsWith('$'))];
  throw refuse(`${shown(operator)} stands beside the plain member "${shown(plain)}"`);
}

/** An error that names an operator nobody knows, and the one that was probably meant. */
export function unknownOperator(operator: string, known: readonly string[], refuse: Refuse): Error {
  const meant = closestName(operator, known);
  return refuse(`there is no operator ${shown(operator)}${meant === undefined ? '' : `; did you mean ${meant}?`}`);
}

/** As much of a name as a message has room for. */
function shown(name: string): string {
  return name.slice(0, 100);
}

/** Where an operator stands: the operators beside it, and how deep it is. */
interface Place {
  readonly siblings: Readonly<Record<string, unknown>>;
  readonly depth: number;
}

type ParseOperand = (path: DocumentPath, operand: unknown, place: Place) => DocumentFilter;

const groupOperators = ['$and', '$or', '$not'];

class FilterParser {
  readonly #refuse: Refuse;
  readonly #undefinedMeaning: UndefinedMeaning;
  #conditions = 0;

  constructor(refuse: Refuse, undefinedMeaning: UndefinedMeaning) {
    this.#refuse = refuse;
    this.#undefinedMeaning = undefinedMeaning;
  }

  filter(filter: unknown, depth: number): DocumentFilter {
    if (!isPlainObject(filter)) {
      throw this.#refuse(`a filter is an object, not ${kindOf(filter)}`, 'Pass { _id } to look one up; {} means all.');
    }
    this.#count(depth);
    const parts = Object.entries(filter).map(([key, operand]) => {
      if (key.startsWith('$')) return this.#group(key, operand, depth + 1);
      return this.condition(parsePath(key, this.#refuse), operand, depth + 1);
    });
    return all(parts);
  }

  condition(path: DocumentPath, condition: unknown, depth: number): DocumentFilter {
    this.#count(depth);
    if (isRegExp(condition)) return this.#matches(path, condition, undefined);
    if (!isOperators(condition, this.#refuse)) return this.#equals(path, condition);
    const place = { siblings: condition, depth };
    return all(
      Object.entries(condition).map(([operator, operand]) => {
        const parse = this.#operators.get(operator);
        if (!parse) throw unknownOperator(operator, [...this.#operators.keys()], this.#refuse);
        return parse(path, operand, place);
      }),
    );
  }

  readonly #operators: ReadonlyMap<string, ParseOperand> = new Map<string, ParseOperand>([
    ['$eq', (path, operand) => this.#equals(path, operand)],
    ['$ne', (path, operand) => not(this.#equals(path, operand))],
    ['$gt', (path, operand) => this.#compare(path, 'gt', operand)],
    ['$gte', (path, operand) => this.#compare(path, 'gte', operand)],
    ['$lt', (path, operand) => this.#compare(path, 'lt', operand)],
    ['$lte', (path, operand) => this.#compare(path, 'lte', operand)],
    ['$in', (path, operand) => this.#in(path, '$in', operand)],
    ['$nin', (path, operand) => not(this.#in(path, '$nin', operand))],
    ['$exists', (path, operand) => this.#exists(path, operand)],
    [
      '$regex',
      (path, operand, { siblings }) => this.#matches(path, operand, siblings['$options'] ?? siblings['$flags']),
    ],
    ['$options', (_path, _operand, { siblings }) => this.#onlyWithPattern('$options', siblings)],
    ['$flags', (_path, _operand, { siblings }) => this.#onlyWithPattern('$flags', siblings)],
    ['$not', (path, operand, { depth }) => not(this.#negated(path, operand, depth + 1))],
  ]);

  #group(operator: string, operand: unknown, depth: number): DocumentFilter {
    if (operator === '$not') return not(this.filter(operand, depth));
    if (operator !== '$and' && operator !== '$or') throw unknownOperator(operator, groupOperators, this.#refuse);
    if (!Array.isArray(operand)) throw this.#refuse(`${operator} takes a list of filters, not ${kindOf(operand)}`);
    const filters = operand.map((filter) => this.filter(filter, depth));
    return { kind: operator === '$and' ? 'and' : 'or', filters };
  }

  #negated(path: DocumentPath, operand: unknown, depth: number): DocumentFilter {
    if (isRegExp(operand) || isOperators(operand, this.#refuse)) return this.condition(path, operand, depth);
    throw this.#refuse('$not takes a condition such as { $gt: 1 }', 'Use $ne for "does not equal".');
  }

  #equals(path: DocumentPath, operand: unknown): DocumentFilter {
    return { kind: 'equals', path, value: this.#equalTo(path, operand) };
  }

  #in(path: DocumentPath, operator: string, operand: unknown): DocumentFilter {
    if (!Array.isArray(operand)) throw this.#refuse(`${operator} takes a list of values, not ${kindOf(operand)}`);
    this.#count(0, operand.length);
    const patterns = operand.filter(isRegExp).map((pattern) => this.#matches(path, pattern, undefined));
    const values = operand.filter((value) => !isRegExp(value)).map((value) => this.#equalTo(path, value));
    const filter: DocumentFilter = { kind: 'in', path, values };
    return patterns.length === 0 ? filter : { kind: 'or', filters: [filter, ...patterns] };
  }

  #compare(path: DocumentPath, operator: 'gt' | 'gte' | 'lt' | 'lte', operand: unknown): DocumentFilter {
    const value = this.#json(path, operand);
    if (typeof value === 'number' || typeof value === 'string') return { kind: 'compare', path, operator, value };
    throw this.#refuse(`$${operator} of "${path.join('.')}" takes a number, a text or a date, not ${kindOf(value)}`);
  }

  #exists(path: DocumentPath, operand: unknown): DocumentFilter {
    if (![true, false, 1, 0].includes(operand as boolean)) throw this.#refuse('$exists takes true or false');
    return { kind: 'exists', path, exists: Boolean(operand) };
  }

  #matches(path: DocumentPath, pattern: unknown, options: unknown): DocumentFilter {
    const source = isRegExp(pattern) ? pattern.source : pattern;
    const flags = options ?? (isRegExp(pattern) ? pattern.flags : '');
    if (typeof source !== 'string') throw this.#refuse(`$regex takes a pattern, not ${kindOf(pattern)}`);
    if (typeof flags !== 'string') throw this.#refuse('$options takes a text such as "i"');
    return { kind: 'matches', path, pattern: portablePattern(source, flags, this.#refuse) };
  }

  #onlyWithPattern(operator: string, siblings: Place['siblings']): DocumentFilter {
    if (Object.hasOwn(siblings, '$regex')) return { kind: 'and', filters: [] };
    throw this.#refuse(`${operator} stands without $regex`);
  }

  /** What the value at a path must be equal to. */
  #equalTo(path: DocumentPath, value: unknown): Json {
    const isNull = value === undefined && this.#undefinedMeaning === 'null';
    const json = isNull ? null : this.#json(path, value);
    return path.length === 1 && path[0] === '_id' ? givenId(json) : json;
  }

  #json(path: DocumentPath, value: unknown): Json {
    const where = path.join('.');
    if (value === undefined) {
      const hint = 'A filter that ignored it would mean more documents; use { $exists: false } or null.';
      throw this.#refuse(`the value for "${where}" is undefined`, hint);
    }
    return checkedJson(value, (problem) => this.#refuse(`the value for "${where}" cannot be compared: ${problem}`));
  }

  #count(depth: number, conditions = 1): void {
    this.#conditions += conditions;
    if (depth > maxDepth) throw this.#refuse(`it is nested more than ${maxDepth} levels deep`);
    if (this.#conditions > maxConditions) throw this.#refuse(`it has more than ${maxConditions} conditions`);
  }
}

function all(filters: readonly DocumentFilter[]): DocumentFilter {
  const [only] = filters;
  return filters.length === 1 && only ? only : { kind: 'and', filters };
}

function not(filter: DocumentFilter): DocumentFilter {
  return { kind: 'not', filter };
}

/** Also one of another realm. */
function isRegExp(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === '[object RegExp]';
}
