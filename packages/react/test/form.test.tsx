import { readFormFields, SchemaForm, withoutSecrets, type FieldKind } from '@catalyst-plugins/react/form';
import type { JsonObject } from '@catalyst-plugins/core/protocol';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';

describe('the fields of a form', () => {
  const kinds: readonly [string, JsonObject, FieldKind][] = [
    ['a text', { type: 'string' }, 'text'],
    ['a text or nothing', { type: ['string', 'null'] }, 'text'],
    ['a number', { type: 'number' }, 'number'],
    ['a whole number', { type: 'integer' }, 'number'],
    ['a yes or no', { type: 'boolean' }, 'boolean'],
    ['one of some values', { enum: ['a', 2] }, 'choice'],
    ['one of some values with names', { oneOf: [{ const: 1, title: 'One' }] }, 'choice'],
    ['some of some values', { type: 'array', items: { enum: ['a'] } }, 'choices'],
    ['a list', { type: 'array', items: { type: 'number' } }, 'list'],
    ['an object', { type: 'object', properties: { a: { type: 'string' } } }, 'group'],
    ['a secret', { type: 'string', writeOnly: true }, 'secret'],
    ['nothing but a default', { default: 5 }, 'number'],
    ['a definition elsewhere', { $ref: '#/$defs/port' }, 'number'],
    // what has no control of its own
    ['anything', {}, 'json'],
    ['one of two types', { type: ['string', 'number'] }, 'json'],
    ['one of some schemas', { oneOf: [{ type: 'string' }, { type: 'number' }] }, 'json'],
    ['a list of anything', { type: 'array' }, 'json'],
    ['an object of anything', { type: 'object' }, 'json'],
    ['a condition', { type: 'object', properties: { a: {} }, if: {} }, 'json'],
    ['a definition that is not there', { $ref: '#/$defs/nobody' }, 'json'],
  ];
  for (const [what, schema, kind] of kinds)
    it(`edit ${what} as ${kind}`, () => {
      const [field] = readFormFields({ properties: { key: schema }, $defs: { port: { type: 'integer' } } });
      expect(field).toMatchObject({ key: 'key', label: 'key', kind });
    });

  it('end where a schema leads to itself, in JSON', () => {
    const tree = { type: 'object', properties: { name: { type: 'string' }, child: { $ref: '#/$defs/tree' } } };
    let [field] = readFormFields({ properties: { root: { $ref: '#/$defs/tree' } }, $defs: { tree } });
    const seen: string[] = [];
    while (field) {
      seen.push(field.kind);
      field = field.members.find(({ key }) => key === 'child');
    }
    expect(seen.at(-1)).toBe('json');
    expect(seen.length).toBeLessThan(10);
  });

  it('show no secret of a draft, at whatever depth', () => {
    const [field] = readFormFields({
      properties: {
        servers: {
          type: 'array',
          items: { type: 'object', properties: { host: { type: 'string' }, key: { type: 'string', secret: true } } },
        },
      },
    });
    const draft = [
      { host: 'a', key: 'hush' },
      { host: 'b', key: { $secret: 'set' } },
    ];
    expect(withoutSecrets(field, draft)).toEqual([
      { host: 'a', key: { $secret: 'new' } },
      { host: 'b', key: { $secret: 'set' } },
    ]);
  });

  it('are rendered by servers too, without what is secret', () => {
    const fields = readFormFields({
      properties: { city: { type: 'string', default: 'Rome' }, key: { type: 'string', format: 'password' } },
      required: ['city'],
    });
    const html = renderToString(
      <SchemaForm
        fields={fields}
        present={{ city: 'Rome' }}
        values={{ city: 'Oslo', key: 'hush' }}
        stored={[]}
        locked={[]}
        errors={new Map([['/city', 'too cold']])}
        onChange={() => undefined}
      />,
    );
    expect(html).toContain('value="Oslo"');
    expect(html).toContain('aria-invalid="true"');
    expect(html).toContain('too cold');
    expect(html).not.toContain('hush');
  });
});
