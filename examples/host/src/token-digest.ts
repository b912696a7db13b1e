import { createHash } from 'node:crypto';

/** What stands for a token where tokens are compared, so that how long that takes says nothing about them. */
export function tokenDigest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
