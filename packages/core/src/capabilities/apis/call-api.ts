import { PluginError } from '../../errors/plugin-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ApiDirectory } from './api-directory.ts';
import type { CallChain } from './call-chain.ts';

/** More plugins than this never wait for each other by intention. */
const longestChain = 32;

/** One call of a plugin to another. */
export interface ApiCommand {
  readonly caller: string;
  /** Aborts when the generation of the caller ends. */
  readonly callerSignal: AbortSignal;
  /** The calls that this generation waits for, each to be aborted when it ends. */
  readonly inFlight: Set<AbortController>;
  readonly plugin: string;
  readonly api: string;
  /** A copy already. */
  readonly params: unknown;
  readonly timeoutMs: number;
}

export interface ApiCallParts {
  readonly directory: ApiDirectory;
  readonly chain: CallChain;
  readonly clock: Clock;
}

/** Makes the call; waiting for the provider to be live and for its answer is one time limit. */
export async function callApi(command: ApiCommand, { directory, chain, clock }: ApiCallParts): Promise<unknown> {
  const { caller, callerSignal, inFlight, plugin, api, params, timeoutMs } = command;
  callerSignal.throwIfAborted();
  const waiting = [...chain.callers(), caller];
  if (waiting.length > longestChain) throw tooLong(waiting, command);
  const ended = new AbortController();
  const { signal } = ended;
  inFlight.add(ended);
  const deadlineAt = clock.now() + timeoutMs;
  const cancel = clock.after(timeoutMs, () => ended.abort(timedOut(plugin, api, timeoutMs)));
  try {
    for (;;) {
      const exposed = directory.find(plugin, api);
      if (exposed !== undefined) {
        const request = { params, caller, signal, timeoutMs: Math.max(deadlineAt - clock.now(), 0) };
        // in the same tick: what was found may be withdrawn in the next
        const answer = chain.call(caller, () => exposed.answer(request));
        return await unlessAborted(answer, signal);
      }
      // a plugin that waits for this call, its own drain maybe, must not be waited for in turn
      if (waiting.includes(plugin)) throw waitsForItself(plugin, api);
      await directory.stateChange(signal);
    }
  } catch (error) {
    ended.abort(error);
    throw error;
  } finally {
    cancel();
    inFlight.delete(ended);
  }
}

/** The error of a call that took longer than its limit. */
export function timedOut(plugin: string, api: string, timeoutMs: number): PluginError {
  const message = `Plugin "${plugin}" did not answer a call of its API "${api}" within ${timeoutMs} ms.`;
  return new PluginError('API_TIMEOUT', message, { plugin });
}

function tooLong(waiting: readonly string[], { plugin, api }: ApiCommand): PluginError {
  const last = [...waiting.slice(-4), plugin].join(' → ');
  const message = `The API "${api}" of plugin "${plugin}" was not called: ${waiting.length - 1} calls wait for each other already, the last ones … ${last}.`;
  return new PluginError('API_FAILED', message, { plugin, hint: 'Plugins call each other in a circle; break it.' });
}

function waitsForItself(plugin: string, api: string): PluginError {
  const message = `Plugin "${plugin}" is on its way and may wait for this call of its API "${api}" to end, so the call does not wait for it.`;
  return new PluginError('API_NOT_FOUND', message, { plugin, hint: 'Do not call back into the plugin that calls.' });
}

function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
    void answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
