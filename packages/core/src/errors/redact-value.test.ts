import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { PluginError } from './plugin-error.ts';
import { redactValue } from './redact-value.ts';

const redact = (text: string): string => text.replaceAll('canary', '[secret]');

describe('taking secrets out', () => {
  it('returns what has none as it is', () => {
    class Own {
      readonly text = 'fine';
    }
    const circle: Record<string, unknown> = { text: 'fine' };
    circle['self'] = circle;
    for (const value of ['fine', 1, null, undefined, new Own(), new Error('fine'), circle, Buffer.from('canary')])
      expect(redactValue(value, redact)).toBe(value);
  });

  it('leaves requests and replies to the serializers of the logger', () => {
    const request = { url: 'canary', raw: new Readable() };
    expect(redactValue(request, redact)).toBe(request);
    const copy = redactValue({ req: request, err: new Error('a canary') }, redact) as Record<string, unknown>;
    expect(copy).toMatchObject({ err: { message: 'a [secret]' } });
    expect(copy['req']).toBe(request);
  });

  it('copies the rest, objects that lead to themselves and objects that are met twice too', () => {
    const shared = { key: 'canary' };
    const value: Record<string, unknown> = { list: ['a canary', 1], shared, again: shared };
    value['self'] = value;
    const copy = redactValue(value, redact) as Record<string, unknown>;
    expect(copy).toMatchObject({ list: ['a [secret]', 1], shared: { key: '[secret]' }, again: { key: '[secret]' } });
    expect(copy['self']).toBe(copy);
    expect(value['list']).toEqual(['a canary', 1]);
  });

  it('keeps the kind, the code, the stack and the causes of errors', () => {
    class OwnError extends Error {}
    const cause = Object.assign(new OwnError('cause canary'), { config: { auth: 'canary' } });
    const error = new PluginError('RETRY_LATER', 'wait for canary', { plugin: 'demo', cause });
    const copy = redactValue(error, redact) as PluginError;
    expect(copy).toBeInstanceOf(PluginError);
    expect(copy).toMatchObject({
      code: 'RETRY_LATER',
      message: 'wait for [secret]',
      plugin: 'demo',
      status: error.status,
    });
    expect(copy.stack).toContain('redact-value.test');
    expect(copy.stack).not.toContain('canary');
    expect(copy.cause).toBeInstanceOf(OwnError);
    expect(copy.cause).toMatchObject({ message: 'cause [secret]', config: { auth: '[secret]' } });
  });

  it('finds them in what turns itself into JSON, as names of members, and as numbers', () => {
    class Settings {
      readonly #token = 'canary';
      toJSON(): object {
        return { token: this.#token };
      }
    }
    const numbers = (text: string): string => redact(text).replaceAll('123456', '[secret]');
    const value = { url: new URL('https://x/?key=canary'), own: new Settings(), canary: 1, pin: 123456, at: 1234567 };
    expect(redactValue(value, numbers)).toEqual({
      url: 'https://x/?key=[secret]',
      own: { token: '[secret]' },
      '[secret]': 1,
      pin: '[secret]',
      at: 1234567,
    });
    const date = new Date(0);
    expect(redactValue(date, numbers)).toBe(date);
  });

  it('finds them after thousands of texts, and shows nothing that it did not look at', () => {
    const texts = Array.from({ length: 20_000 }, (_, place) => `text ${place}`);
    expect((redactValue([...texts, 'canary'], redact) as string[]).at(-1)).toBe('[secret]');
    const objects = Array.from({ length: 20_000 }, (_, place) => ({ text: place === 19_999 ? 'canary' : 'fine' }));
    const copy = redactValue(objects, redact) as unknown[];
    expect(copy[0]).toEqual({ text: 'fine' });
    expect(copy.at(-1)).toBe('more than can be looked through');
  });

  it('gives a sentence for what cannot be looked at', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    expect(redactValue({ text: 'canary', hostile }, redact)).toBe('a value that cannot be printed');
  });
});
