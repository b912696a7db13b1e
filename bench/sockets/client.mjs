import { once } from 'node:events';
import { WebSocket } from 'ws';

/** One browser: counts what it sends and what comes back. */
export async function openClient(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
  const client = {
    sent: 0,
    answered: new Set(),
    ticks: new Set(),
    doubled: 0,
    disordered: 0,
    refused: 0,
    closed: false,
  };
  const latest = { pong: 0, tick: 0, version: 0 };
  socket.on('close', () => (client.closed = true));
  socket.on('error', () => (client.closed = true));
  socket.on('message', (text) => {
    const { type, data } = JSON.parse(text);
    const seen = { pong: client.answered, tick: client.ticks }[type];
    if (type === 'error') client.refused += 1;
    // the host greets new clients
    if (seen === undefined) return;
    if (seen.has(data.number)) client.doubled += 1;
    else if (data.number < latest[type] || data.version < latest.version) client.disordered += 1;
    seen.add(data.number);
    latest[type] = data.number;
    latest.version = data.version;
  });
  await once(socket, 'open');
  return {
    /** Sends the next numbered message. */
    ping() {
      if (client.closed) return;
      client.sent += 1;
      socket.send(JSON.stringify({ type: 'ping', data: { number: client.sent } }));
    },
    /** Whether something came from that version of the plugin. */
    hasHeard: (version) => client.closed || latest.version === version,
    /** Whether everything was answered and the last of so many ticks came. */
    isComplete: (ticks) => client.closed || (client.answered.size === client.sent && client.ticks.has(ticks)),
    /** What went wrong, given that there were so many ticks. */
    outcome: (ticks) => ({
      closed: client.closed ? 1 : 0,
      messages: client.sent + ticks,
      lost: client.sent - client.answered.size + (ticks - client.ticks.size),
      doubled: client.doubled,
      disordered: client.disordered,
      refused: client.refused,
      version: latest.version,
    }),
    close: () => socket.terminate(),
  };
}
