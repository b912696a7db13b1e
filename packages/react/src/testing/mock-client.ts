import type { PluginApiError } from '../client/plugin-api-error.ts';
import type { PluginClient } from '../client/plugin-client.ts';
import { createMockAnswers } from './mock-answers.ts';
import type { MockData } from './mock-data.ts';
import { createMockLive, type MockLive } from './mock-live.ts';

type Method = Exclude<keyof PluginClient, 'follow' | 'followFrontends' | 'auditExportUrl'>;

/** One call of a mock client. */
export interface MockCall {
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** A client without a server, for tests of components and for pages that show states. */
export interface MockClient extends PluginClient, Omit<MockLive, 'follow'> {
  /** What it was asked so far. */
  readonly calls: readonly MockCall[];
  /** Lets the next call of a method fail; it changes nothing then. */
  failNext(method: Method, error: PluginApiError): void;
  /** Lets every call of a method fail, and change nothing, until the returned function is called. */
  fail(method: Method, error: PluginApiError): () => void;
  /** Keeps the answers to a method back until the returned function is called. */
  hold(method: Method): () => void;
}

/** Makes a client that answers from data, and whose commands change the plugins that it has. */
export function createMockClient(data: MockData = {}): MockClient {
  const live = createMockLive();
  const calls: MockCall[] = [];
  const failures: { readonly method: Method; readonly error: PluginApiError }[] = [];
  const holds = new Map<Method, Promise<void>>();
  const broken = new Map<Method, PluginApiError>();
  const { auditExportUrl, ...answers } = createMockAnswers(data, (event) => live.emit(event));
  const answered = Object.entries(answers).map(([name, answer]) => {
    const method = name as Method;
    const call = async (...args: unknown[]): Promise<unknown> => {
      calls.push({ method, args });
      await holds.get(method);
      const index = failures.findIndex((failure) => failure.method === method);
      const [failure] = index < 0 ? [] : failures.splice(index, 1);
      const error = failure?.error ?? broken.get(method);
      if (error) throw error;
      return (answer as (...given: unknown[]) => Promise<unknown>)(...args);
    };
    return [method, call];
  });
  return {
    ...(Object.fromEntries(answered) as typeof answers),
    ...live,
    auditExportUrl,
    followFrontends: () => () => undefined,
    calls,
    failNext: (method, error) => void failures.push({ method, error }),
    fail(method, error) {
      broken.set(method, error);
      return () => void broken.delete(method);
    },
    hold(method) {
      let release = (): void => undefined;
      holds.set(method, new Promise((resolve) => (release = resolve)));
      return () => {
        holds.delete(method);
        release();
      };
    },
  };
}
