import { Transform, type Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Holds a request body to the limit of its route: by its declared length at once, else while it arrives.
 * Returns the stream to read the body from, or what is wrong.
 */
export function limitBody(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: Readable,
  limit: number,
): Readable | Error {
  const declared = request.headers['content-length'];
  if (declared !== undefined) {
    if (Number(declared) <= limit) return payload;
    // the rest of the body is not read, so the connection cannot be used again
    void reply.header('connection', 'close');
    return bodyTooLarge(limit);
  }
  if (request.headers['transfer-encoding'] === undefined) return payload;
  let received = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, forward) {
      received += chunk.length;
      if (received <= limit) return forward(null, chunk);
      void reply.header('connection', 'close');
      forward(bodyTooLarge(limit));
    },
  });
  payload.on('error', (error) => counted.destroy(error));
  return payload.pipe(counted);
}

function bodyTooLarge(limit: number): Error {
  const message = `Request body is larger than ${limit} bytes`;
  return Object.assign(new Error(message), { statusCode: 413, code: 'FST_ERR_CTP_BODY_TOO_LARGE' });
}
