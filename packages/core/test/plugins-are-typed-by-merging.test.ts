import { describe, expectTypeOf, it } from 'vitest';
import type { ApiCall, PluginContext, Undo } from '../src/index.ts';

declare module '../src/index.ts' {
  interface PluginApis {
    'typed-desk': {
      open(params: { title: string }): Promise<{ id: number }>;
      count(): number;
    };
  }
  interface PluginEvents {
    'typed-desk:opened': { id: number };
    'typed-desk:cleared': undefined;
  }
}

// never called: the compiler is what checks these
type Use<Result> = (ctx: PluginContext) => Result;

describe('what a plugin has merged into the types', () => {
  it('is known to the callers of its APIs', () => {
    const open = (ctx: PluginContext) => ctx.callPluginApi('typed-desk', 'open', { title: 'Printer' });
    const count = (ctx: PluginContext) => ctx.callPluginApi('typed-desk', 'count');
    expectTypeOf(open).toEqualTypeOf<Use<Promise<{ id: number }>>>();
    expectTypeOf(count).toEqualTypeOf<Use<Promise<number>>>();
    // @ts-expect-error -- the title is a text
    const _wrong = (ctx: PluginContext) => ctx.callPluginApi('typed-desk', 'open', { title: 1 });
    // @ts-expect-error -- the title is missing
    const _missing = (ctx: PluginContext) => ctx.callPluginApi('typed-desk', 'open');
  });

  it('is held to where it offers them', () => {
    const right = (ctx: PluginContext) =>
      ctx.exposeApi<'typed-desk', 'open'>('open', (params, call) => {
        expectTypeOf(params).toEqualTypeOf<{ title: string }>();
        expectTypeOf(call).toEqualTypeOf<ApiCall>();
        return { id: params.title.length };
      });
    expectTypeOf(right).toEqualTypeOf<Use<Undo>>();
    const _wrong = (ctx: PluginContext) =>
      // @ts-expect-error -- the id is a number
      ctx.exposeApi<'typed-desk', 'open'>('open', () => ({ id: 'one' }));
  });

  it('leaves other plugins and other APIs unknown', () => {
    expectTypeOf((ctx: PluginContext) => ctx.callPluginApi('another', 'thing', [1])).toEqualTypeOf<
      Use<Promise<unknown>>
    >();
    expectTypeOf((ctx: PluginContext) => ctx.callPluginApi('typed-desk', 'newer')).toEqualTypeOf<
      Use<Promise<unknown>>
    >();
    expectTypeOf((ctx: PluginContext) =>
      ctx.exposeApi('thing', (params) => {
        expectTypeOf(params).toEqualTypeOf<unknown>();
        return 1;
      }),
    ).toEqualTypeOf<Use<Undo>>();
  });

  it('is what its events carry', () => {
    const _listen = (ctx: PluginContext) => {
      ctx.on('typed-desk:opened', (data) => expectTypeOf(data).toEqualTypeOf<{ id: number }>());
      ctx.once('someone-elses', (data) => expectTypeOf(data).toEqualTypeOf<unknown>());
      ctx.emit('typed-desk:opened', { id: 1 });
      ctx.emitTyped('typed-desk:cleared');
      ctx.emit('someone-elses');
      ctx.emit('someone-elses', { anything: true });
      // @ts-expect-error -- the id is a number
      ctx.emitTyped('typed-desk:opened', { id: 'one' });
      // @ts-expect-error -- it carries something
      ctx.emit('typed-desk:opened');
    };
  });
});
