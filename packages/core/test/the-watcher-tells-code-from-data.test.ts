import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually } from './support/probe.ts';
import { expectVersion, untilWatcherIsDone, watching } from './support/watching.ts';

const route = (answer: string): string =>
  `ctx.registerRoute({ method: 'GET', url: '/version', handler: () => ${answer} });`;

describe('a plugin is reloaded', () => {
  it('when JSON changes that its code imports or requires, and not for other JSON', async () => {
    await using test = await watching({
      plugins: {
        demo: {
          'index.js': `import names from './data/names.json' with { type: 'json' };
            import { limit } from './limits.cjs';
            export default { onLoad(ctx) { ${route('`${names.first} ${limit}`')} } };`,
          'limits.cjs': "exports.limit = require('./data/limits').limit;",
          'data/names.json': '{ "first": "Ada" }',
          'data/limits.json': '{ "limit": 1 }',
          'data/state.json': '{}',
        },
      },
    });
    await expectVersion(test, 'Ada 1');
    await test.folder.write('demo', { 'data/state.json': '{ "visits": 1 }', 'data/new.json': '{}' });
    await untilWatcherIsDone(test);
    expect(test.reloads()).toBe(0);
    await test.folder.write('demo', { 'data/names.json': '{ "first": "Grace" }' });
    await expectVersion(test, 'Grace 1');
    await test.folder.write('demo', { 'data/limits.json': '{ "limit": 2 }' });
    await expectVersion(test, 'Grace 2');
    await test.expectNothingLeft();
  });

  it('when a style sheet of its frontend changes', async () => {
    const code = `export default { onLoad(ctx) { ${route("'styled'")} } };`;
    await using test = await watching({
      plugins: { demo: { 'index.js': code, 'ui/index.js': '', 'ui/demo.css': 'a {}' } },
    });
    await expectVersion(test, 'styled');
    await test.folder.write('demo', { 'ui/demo.css': 'b {}' });
    await eventually(() => expect(test.reloads()).toBe(1));
    await test.expectNothingLeft();
  });

  it('not when it writes data, pictures or a database into its own folder', async () => {
    const code = `import { writeFileSync, mkdirSync, rmSync } from 'node:fs';
      export default { onLoad(ctx) {
        const at = (name) => import.meta.dirname + '/' + name;
        ctx.registerRoute({ method: 'GET', url: '/write', handler: () => {
          mkdirSync(at('data'), { recursive: true });
          for (const name of ['state.json', 'data/log.txt', 'data.db', 'data.db-journal', 'data/picture.png'])
            writeFileSync(at(name), String(Math.random()));
          rmSync(at('data.db-journal'));
          return 'written';
        } });
      } };`;
    await using test = await watching({ plugins: { demo: plugin('demo', code) } });
    for (let index = 0; index < 5; index += 1) expect(await test.http.request('demo', 'GET', '/write')).toBe('written');
    await untilWatcherIsDone(test);
    expect(test.reloads()).toBe(0);
    await test.expectNothingLeft();
  });

  it('not again and again when it fails and writes while it loads', async () => {
    const code = (word: string): string => `import { writeFileSync } from 'node:fs';
      export default { onLoad(ctx) {
        ctx.db.note('${word}');
        writeFileSync(import.meta.dirname + '/state.json', String(Math.random()));
        throw new Error('${word} fails');
      } };`;
    const probe = createProbe();
    await using test = await watching({ db: probe, plugins: { demo: plugin('demo', code('first')) } });
    await test.folder.write('demo', { 'index.js': code('second') });
    await eventually(() => expect(test.host.summary('demo')?.lastFailure?.message).toContain('second fails'));
    await untilWatcherIsDone(test);
    expect(probe.notes.filter((note) => note === 'second')).toHaveLength(1);
    await test.expectNothingLeft();
  });

  it('when the file comes that its code imports', async () => {
    await using test = await watching();
    await test.folder.write('demo', {
      'index.js': `import { late } from './late.js'; import data from './late.json' with { type: 'json' };
        export default { onLoad(ctx) { ${route('late + data.word')} } };`,
    });
    await eventually(() =>
      expect(test.host.summary('demo')?.lastFailure).toMatchObject({
        code: 'MODULE_FAILED',
        message: expect.stringMatching(/^index\.js:1:\d+ [^]*late\.js/),
      }),
    );
    await expectVersion(test, 'entry word deep');
    await test.folder.write('demo', { 'late.js': "export const late = 'here';" });
    await eventually(() => expect(test.host.summary('demo')?.lastFailure?.message).toContain('late.json'));
    await test.folder.write('demo', { 'late.json': '{ "word": " too" }' });
    await expectVersion(test, 'here too');
    expect(test.host.summary('demo')?.lastFailure).toBeNull();
    await test.expectNothingLeft();
  });
});

describe('edits during a reload', () => {
  it('give exactly one more, with what was written last', async () => {
    const slow = (word: string): string =>
      `export default { onLoad(ctx) { ${route(`'${word}'`)} }, async onEnable(ctx) { await ctx.db.wait('${word}'); } };`;
    const probe = createProbe();
    await using test = await watching({
      db: probe,
      plugins: { demo: plugin('demo', slow('first').replace('async onEnable', 'async skipped')) },
    });
    await test.folder.write('demo', { 'index.js': slow('second') });
    await eventually(() => expect(probe.waiting('second')).toBe(1));
    for (const word of ['third', 'fourth', 'fifth']) writeFileSync(test.at('demo', 'index.js'), slow(word));
    await expectVersion(test, 'first');
    probe.release('second');
    await eventually(() => expect(probe.waiting('fifth')).toBe(1));
    probe.release('fifth');
    await expectVersion(test, 'fifth');
    await untilWatcherIsDone(test);
    expect(test.reloads()).toBe(2);
    expect(test.host.summary('demo')?.generation).toBe(3);
    expect(probe.waiting('third') + probe.waiting('fourth')).toBe(0);
    await test.expectNothingLeft();
  });
});
