import { describe, expect, it } from 'vitest';
import { readEventStream, type StreamMessage } from './read-event-stream.ts';

describe('reading server-sent events', () => {
  it('understands ids, names, pauses, comments and data of several lines', async () => {
    const messages = await read(['retry: 1000\n\n', ': still here\n\n', 'id: 7\nevent: plugin\ndata: {\ndata: }\n\n']);
    expect(messages).toEqual([
      { id: undefined, event: 'message', data: '', retry: 1000 },
      { id: undefined, event: 'message', data: '', retry: undefined },
      { id: '7', event: 'plugin', data: '{\n}', retry: undefined },
    ]);
  });

  it('does not care where the network cuts the text, not even inside a letter', async () => {
    const bytes = new TextEncoder().encode('id: 1\r\ndata: Käse 🧀\r\n\r\nid: 2\r\ndata: a: b\r\n\r\n');
    const messages = await read(Array.from(bytes, (byte) => Uint8Array.of(byte)));
    expect(messages).toMatchObject([
      { id: '1', data: 'Käse 🧀' },
      { id: '2', data: 'a: b' },
    ]);
  });

  it('leaves out a message that broke off', async () => {
    expect(await read(['id: 1\ndata: whole\n\nid: 2\ndata: ha'])).toMatchObject([{ id: '1' }]);
  });
});

async function read(chunks: readonly (string | Uint8Array)[]): Promise<StreamMessage[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      for (const chunk of chunks) stream.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
      stream.close();
    },
  });
  let signsOfLife = 0;
  const messages: StreamMessage[] = [];
  for await (const message of readEventStream(body, () => (signsOfLife += 1))) messages.push(message);
  expect(signsOfLife).toBe(chunks.length);
  return messages;
}
