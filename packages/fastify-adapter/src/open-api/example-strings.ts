const byFormat: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  duration: 'PT1H',
  email: 'ana@example.com',
  'idn-email': 'ana@example.com',
  hostname: 'example.com',
  'idn-hostname': 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  iri: 'https://example.com/',
  'uri-reference': '/path',
  'iri-reference': '/path',
  'uri-template': '/path/{id}',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  regex: '^[a-z]+$',
  'json-pointer': '/path',
  'relative-json-pointer': '1/path',
  byte: 'ZXhhbXBsZQ==',
  base64: 'ZXhhbXBsZQ==',
  base64url: 'ZXhhbXBsZQ',
  cidrv4: '192.0.2.0/24',
  cidrv6: '2001:db8::/32',
  e164: '+4915112345678',
};

/** Tried where there is a pattern: regular expressions are not solved, but most ask for one of these. */
const common = [
  'string',
  'example',
  'a-b',
  'a_b',
  'A',
  'a',
  '1',
  '12',
  '123',
  '1234',
  '12345678',
  'ABC',
  'AB12',
  'ABC-123',
  'abc123',
  '1.0.0',
  '1.5',
  '#336699',
  'abcdef0123456789',
  '/path',
  'a.b',
  '+4915112345678',
  'DE',
  'en-GB',
  ...Object.values(byFormat),
];

/** Texts that may be what a schema asks for, the likeliest first. */
export function exampleStrings(schema: Readonly<Record<string, unknown>>): string[] {
  const { format, pattern, minLength = 0, maxLength = Infinity } = schema as Record<string, never>;
  const formatted = typeof format === 'string' ? byFormat[format] : undefined;
  const sized = (text: string): string => text.padEnd(Math.min(minLength, 1_000), text).slice(0, maxLength);
  const texts = formatted === undefined ? ['string'] : [formatted];
  return [...texts, ...(pattern === undefined ? [] : common)].map(sized);
}
