/** The token that the host of these programs wants. */
export const adminToken = 'token-of-the-reliability-suite';

/** Asks the admin API and the routes of plugins of one host; rejects when the connection is lost. */
export function openAdmin(port) {
  const base = `http://127.0.0.1:${port}/api/plugins`;
  const ask = async (method, path, { body, actor = 'admin', headers = {} } = {}) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${adminToken}`,
        'x-actor': actor,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: parse(text), text };
  };
  return {
    ask,
    /** What a request answers that must succeed. */
    async get(path) {
      const { status, body, text } = await ask('GET', path);
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${text.slice(0, 300)}`);
      return body.data ?? body;
    },
    /** What comes in a response that does not end, within some time. */
    async listen(path, headers, ms) {
      const signal = AbortSignal.timeout(ms);
      let text = '';
      try {
        const response = await fetch(`${base}${path}`, {
          headers: { authorization: `Bearer ${adminToken}`, ...headers },
          signal,
        });
        for await (const piece of response.body) text += Buffer.from(piece).toString();
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      return text;
    },
  };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
