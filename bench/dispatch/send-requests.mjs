import { connect } from 'node:net';

const connections = 32;
const limitMs = 120_000;

/**
 * Sends requests over keep-alive connections, one at a time on each, and resolves when all were answered with 200.
 * It speaks HTTP over plain sockets to cost little: the server should be what is busy. And it stays awake: waking a
 * process that sleeps is work that the kernel bills to whoever writes to it, here to the server, now more, now less.
 */
export async function sendRequests(port, texts, total) {
  const shared = { sent: 0, total, requests: texts.map((text) => Buffer.from(text)) };
  const rest = stayAwake();
  try {
    await Promise.all(Array.from({ length: Math.min(connections, total) }, () => runConnection(port, shared)));
  } finally {
    rest();
  }
}

function stayAwake() {
  let isAwake = true;
  const turn = () => {
    if (isAwake) setImmediate(turn);
  };
  turn();
  return () => {
    isAwake = false;
  };
}

function runConnection(port, shared) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let received = '';
    let ended = false;
    const end = (error) => {
      if (ended) return;
      ended = true;
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    const next = () => {
      if (shared.sent >= shared.total) return end();
      const request = shared.requests[shared.sent % shared.requests.length];
      shared.sent += 1;
      socket.write(request);
    };
    socket.setTimeout(limitMs, () => end(new Error('the server did not answer in time')));
    socket.on('error', end);
    socket.on('close', () => end(new Error('the server closed the connection')));
    socket.on('connect', next);
    socket.on('data', (chunk) => {
      received += chunk.latin1Slice(0, chunk.length);
      const length = responseLength(received);
      if (length === undefined || received.length < length) return;
      if (!received.startsWith('HTTP/1.1 200')) return end(new Error(`unexpected answer: ${received.slice(0, 300)}`));
      received = '';
      next();
    });
  });
}

/** The length of headers and body; `undefined` until the headers are there. */
function responseLength(received) {
  const headers = received.indexOf('\r\n\r\n');
  if (headers === -1) return undefined;
  const mark = received.indexOf('content-length: ');
  if (mark === -1 || mark > headers) throw new Error(`an answer without a length: ${received.slice(0, 300)}`);
  return headers + 4 + Number.parseInt(received.slice(mark + 16, mark + 26), 10);
}
