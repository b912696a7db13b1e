import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pluginManifestSchema } from '../src/manifest/manifest-schema.ts';

const file = new URL('../schema/plugin.schema.json', import.meta.url);

/** What stands in the file: the schema for what authors write, so members with defaults may be left out. */
function generate(): object {
  const schema = z.toJSONSchema(pluginManifestSchema, { io: 'input', target: 'draft-2020-12' });
  return { ...schema, title: 'Manifest of a Catalyst plugin (plugin.json)' };
}

describe('schema/plugin.schema.json', () => {
  it('is what the manifest schema says now; UPDATE_SCHEMA=1 writes it anew', async () => {
    if (process.env['UPDATE_SCHEMA']) await writeFile(file, `${JSON.stringify(generate(), undefined, 2)}\n`);
    const published: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(generate())));
  });

  it('describes every member of the manifest, asks for name and version, and lets unknown members be', async () => {
    const published = JSON.parse(await readFile(file, 'utf8')) as {
      properties: object;
      required: string[];
      additionalProperties: unknown;
    };
    expect(Object.keys(published.properties)).toEqual(Object.keys(pluginManifestSchema.shape));
    expect(published.required).toEqual(['name', 'version']);
    expect(published.additionalProperties).not.toBe(false);
  });

  it('takes and refuses what the host takes and refuses, as far as JSON Schema can say it', async () => {
    const published = z.fromJSONSchema(
      JSON.parse(await readFile(file, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0],
    );
    const minimal = { name: 'demo', version: '1.0.0' };
    for (const good of [
      minimal,
      { ...minimal, limits: { onLoadMs: 5 }, 'x-own': 1 },
      { ...minimal, config: { a: { type: 'string' }, b: [1] } },
    ]) {
      expect(published.safeParse(good).success).toBe(true);
      expect(pluginManifestSchema.safeParse(good).success).toBe(true);
    }
    for (const bad of [
      {},
      { name: 'Demo', version: '1.0.0' },
      { ...minimal, limits: { onLoadMs: '5' } },
      { ...minimal, reload: 'never' },
      { ...minimal, backend: {} },
    ]) {
      expect(published.safeParse(bad).success).toBe(false);
      expect(pluginManifestSchema.safeParse(bad).success).toBe(false);
    }
  });
});
