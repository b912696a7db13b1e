import type { PluginError } from '@catalyst-plugins/core';
import { Pool, type PoolClient } from 'pg';

type Connected = (error: Error | undefined, client: PoolClient | undefined, release: (error?: unknown) => void) => void;

/** A pool that hands out no connections while its database is not ready; who asks is told why at once. */
export class GatedPool extends Pool {
  #refusal: PluginError | undefined;

  /** Refuses everybody for this reason, until `open`. */
  refuse(reason: PluginError): void {
    this.#refusal = reason;
  }

  open(): void {
    this.#refusal = undefined;
  }

  /** A connection for who makes the database ready. */
  reach(): Promise<PoolClient> {
    return super.connect();
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<PoolClient> | void {
    const refusal = this.#refusal;
    if (!callback) return refusal ? Promise.reject(refusal) : super.connect();
    if (refusal) process.nextTick(callback, refusal, undefined, () => {});
    else super.connect(callback);
  }
}
