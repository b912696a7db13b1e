import type { JsonObject } from '@catalyst-plugins/core/protocol';
import { PluginApiError, type ProblemEntry } from './plugin-api-error.ts';

const wrongPlaceHint = 'Check baseUrl: it has to lead to the admin API of the plugin host (by default /api/plugins).';

/** Takes the data out of an answer's text. Throws `PluginApiError` for problems and for whatever is not an answer of the admin API. */
export function readAnswer(response: Response, text: string): unknown {
  const answer = parseObject(text);
  if (!response.ok) throw problemError(response, answer ?? {});
  if (answer?.['success'] === true && 'data' in answer) return answer['data'];
  throw answerInvalid(response, 'answered with something else than the admin API does');
}

/** The error for an answer that the admin API would not give. */
export function answerInvalid({ status }: Response, what: string): PluginApiError {
  return new PluginApiError(`The server ${what}.`, { code: 'ANSWER_INVALID', status, hint: wrongPlaceHint });
}

function problemError(response: Response, problem: Readonly<Record<string, unknown>>): PluginApiError {
  const { status } = response;
  const { code, detail, message, hint, errors, details, requestId } = problem;
  const sentence = [detail, message].find((text) => typeof text === 'string');
  if (typeof code !== 'string' || sentence === undefined) {
    return answerInvalid(response, `answered with status ${status}${sentence === undefined ? '' : `: ${sentence}`}`);
  }
  return new PluginApiError(sentence, {
    code,
    status,
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(Array.isArray(errors) ? { errors: errors.filter(isProblemEntry) } : {}),
    ...(isObject(details) ? { details: details as JsonObject } : {}),
    ...(typeof requestId === 'string' ? { requestId } : {}),
  });
}

function isProblemEntry(entry: unknown): entry is ProblemEntry {
  return isObject(entry) && typeof entry['pointer'] === 'string' && typeof entry['message'] === 'string';
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value has members to look at. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
