import { anchor, element } from './elements.js';

const prefix = '#/components/schemas/';
/** What is said in one line, and in this order. */
const limits = [
  'format',
  'pattern',
  'const',
  'default',
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'contentMediaType',
];

/** The id of the place of a component in the page. */
export function schemaAnchor(name) {
  return `schema-${anchor(name)}`;
}

/** A schema as a line, and lists for what is in it. References are links, so that none leads round in circles. */
export function schemaElement(schema) {
  if (typeof schema === 'boolean') return element('span.quiet', schema ? 'anything' : 'nothing');
  return element('div', lineOf(schema), ...partsOf(schema));
}

function lineOf(schema) {
  const line = element('span', typeOf(schema));
  const said = limits.filter((limit) => limit in schema).map((limit) => `${limit} ${JSON.stringify(schema[limit])}`);
  if (schema.enum) said.push(`one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`);
  for (const flag of ['readOnly', 'writeOnly', 'uniqueItems', 'deprecated']) if (schema[flag]) said.push(flag);
  if (said.length > 0) line.append(element('span.quiet', ` ${said.join(' · ')}`));
  if (schema.description) line.append(` ${schema.description}`);
  if (schema['x-catalyst-problem']) line.append(element('span.problem', ` ${schema['x-catalyst-problem']}`));
  return line;
}

function typeOf(schema) {
  if (schema.$ref) {
    const name = schema.$ref.slice(prefix.length);
    return element('a', { href: `#${schemaAnchor(name)}` }, name);
  }
  return element(
    'code',
    [schema.type ?? (schema.enum || schema.const !== undefined ? 'value' : 'any')].flat().join(' | '),
  );
}

function partsOf(schema) {
  const parts = [];
  const required = new Set(schema.required);
  const members = Object.entries(schema.properties ?? {}).map(([name, member]) =>
    item(name, member, required.has(name) ? ' required' : undefined),
  );
  if (typeof schema.additionalProperties === 'object') members.push(item('any other', schema.additionalProperties));
  if (members.length > 0) parts.push(element('ul.members', ...members));
  for (const [keyword, title] of [
    ['allOf', 'all of'],
    ['anyOf', 'any of'],
    ['oneOf', 'one of'],
    ['prefixItems', 'items in this order'],
  ]) {
    if (schema[keyword]) parts.push(list(title, schema[keyword]));
  }
  for (const [keyword, title] of [
    ['items', 'items'],
    ['not', 'not'],
  ]) {
    if (typeof schema[keyword] === 'object') parts.push(list(title, [schema[keyword]]));
  }
  return parts;
}

function item(name, schema, note) {
  return element(
    'li',
    element('code', name),
    note ? element('span.quiet', note) : undefined,
    ' ',
    schemaElement(schema),
  );
}

function list(title, schemas) {
  const items = schemas.map((schema) => element('li', schemaElement(schema)));
  return element('div', element('span.quiet', title), element('ul.members', ...items));
}
