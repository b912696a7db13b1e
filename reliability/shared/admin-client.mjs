/** The token that the host of these programs wants. */
export const adminToken = 'token-of-the-reliability-suite';

/** Asks one host, with the right of an administrator; rejects when the connection is lost. */
export function openServer(port) {
  const base = `http://127.0.0.1:${port}`;
  const authorization = `Bearer ${adminToken}`;
  const ask = async (method, url, { body, actor = 'admin', headers = {} } = {}) => {
    const response = await fetch(`${base}${url}`, {
      method,
      headers: {
        authorization,
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
    get: (url) => getWith(ask, url),
    /** The pieces of a response that does not end, until the signal is given. */
    async *listen(url, { headers, signal }) {
      try {
        const response = await fetch(`${base}${url}`, { headers: { authorization, ...headers }, signal });
        if (response.status !== 200) throw new Error(`GET ${url}: ${response.status}`);
        for await (const piece of response.body) yield Buffer.from(piece).toString();
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}

/** The same for what is below the prefix of plugins: their routes and the admin API. */
export function openAdmin(port) {
  const { ask: askServer } = openServer(port);
  const ask = (method, path, options) => askServer(method, `/api/plugins${path}`, options);
  return { ask, get: (path) => getWith(ask, path) };
}

/** What a request answers that must succeed. */
async function getWith(ask, url) {
  const { status, body, text } = await ask('GET', url);
  if (status !== 200) throw new Error(`GET ${url}: ${status} ${text.slice(0, 300)}`);
  return body?.data ?? body;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
