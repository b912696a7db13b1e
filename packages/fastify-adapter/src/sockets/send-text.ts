import type { WebSocket } from 'ws';

/** A client that reads so slowly that this many bytes wait for it is disconnected. */
const maxWaitingBytes = 16 * 1024 * 1024;

/** Sends to a socket that is open and read; tells whether it was sent. */
export function sendText(socket: WebSocket, text: string, mostWaiting = maxWaitingBytes): boolean {
  if (socket.readyState !== socket.OPEN) return false;
  if (socket.bufferedAmount > mostWaiting) {
    socket.close(1013, 'reads too slowly');
    return false;
  }
  socket.send(text);
  return true;
}
