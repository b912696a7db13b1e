import { connect } from 'node:net';
import { once } from 'node:events';

const limitMs = 30_000;

/** The text of a request as it goes over the wire. */
export function requestText(method, url, body) {
  const lines = [`${method} ${url} HTTP/1.1`, 'host: 127.0.0.1'];
  if (body === undefined) return `${lines.join('\r\n')}\r\n\r\n`;
  lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Opens a connection that carries one request after the other, over a plain socket to cost little. */
export async function openConnection(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let waiting;
  let received = '';
  let ended;
  const end = (error) => {
    ended ??= error;
    waiting?.reject(ended);
    waiting = undefined;
    socket.destroy();
  };
  socket.setTimeout(limitMs, () => end(new Error('no answer in time')));
  socket.on('error', end);
  socket.on('close', () => end(new Error('the server closed the connection')));
  socket.on('data', (chunk) => {
    received += chunk.latin1Slice(0, chunk.length);
    const answer = parseAnswer(received);
    if (answer === undefined || waiting === undefined) return;
    received = '';
    const { resolve } = waiting;
    waiting = undefined;
    resolve(answer);
  });
  await once(socket, 'connect');
  return {
    /** Sends a request; resolves to status and body, rejects when the connection is closed. */
    request: (text) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        waiting = { resolve, reject };
        socket.write(text);
      }),
    close() {
      ended = new Error('closed by the benchmark');
      socket.destroy();
    },
  };
}

/** `undefined` until the whole answer is there. */
function parseAnswer(received) {
  const headers = received.indexOf('\r\n\r\n');
  if (headers === -1) return undefined;
  const length = /^content-length: (\d+)/im.exec(received.slice(0, headers));
  if (!length) throw new Error(`an answer without a length: ${received.slice(0, 300)}`);
  const body = received.slice(headers + 4);
  return body.length < Number(length[1]) ? undefined : { status: Number(received.slice(9, 12)), body };
}
