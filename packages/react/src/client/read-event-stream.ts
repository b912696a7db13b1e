/** One message of a stream of server-sent events. */
export interface StreamMessage {
  readonly id: string | undefined;
  /** `message` unless the server named it. */
  readonly event: string;
  readonly data: string;
  /** How long the server asks readers to wait before they come back, in milliseconds. */
  readonly retry: number | undefined;
}

/** Reads server-sent events where `EventSource` cannot: with request headers, and in Node. Hears every sign of life by `onChunk`. */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  onChunk: () => void,
): AsyncGenerator<StreamMessage> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onChunk();
      text += decoder.decode(value, { stream: true });
      const blocks = text.split(/\r\n\r\n|\n\n|\r\r/);
      text = blocks.pop() ?? '';
      for (const block of blocks) yield parseBlock(block);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseBlock(block: string): StreamMessage {
  const fields = new Map<string, string[]>();
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  const last = (name: string): string | undefined => fields.get(name)?.at(-1);
  const retry = last('retry');
  return {
    id: last('id'),
    event: last('event') ?? 'message',
    data: (fields.get('data') ?? []).join('\n'),
    retry: retry !== undefined && /^\d+$/.test(retry) ? Number(retry) : undefined,
  };
}
