import type { JsonObject, PluginDetail, PluginSummary } from '@catalyst-plugins/core/protocol';
import { PluginApiError, type ProblemEntry } from './plugin-api-error.ts';

const wrongPlaceHint = 'Check baseUrl: it has to lead to the admin API of the plugin host (by default /api/plugins).';

/** A success whose data was read but not looked at. */
export interface Answer {
  readonly response: Response;
  readonly data: unknown;
  /** What stands beside the data. */
  readonly members: Readonly<Record<string, unknown>>;
}

/** Reads the text of an answer. Throws `PluginApiError` for problems and for whatever is not an answer of the admin API. */
export function readAnswer(response: Response, text: string): Answer {
  const answer = parseObject(text);
  if (!response.ok) throw problemError(response, answer ?? {});
  if (answer?.['success'] === true && 'data' in answer) return { response, data: answer['data'], members: answer };
  throw answerInvalid(response, 'answered with something else than the admin API does');
}

/** The error for an answer that the admin API would not give, with what it said. */
export function answerInvalid({ status }: Response, what: string, said?: string): PluginApiError {
  const details = said === undefined ? {} : { details: { said } };
  const message = `The server ${what}${said === undefined ? '' : `: ${said}`}.`;
  return new PluginApiError(message, { code: 'ANSWER_INVALID', status, hint: wrongPlaceHint, ...details });
}

function problemError(response: Response, problem: Readonly<Record<string, unknown>>): PluginApiError {
  const { status } = response;
  const { code, detail, message, hint, errors, details, requestId } = problem;
  const sentence = [detail, message].find((text) => typeof text === 'string');
  if (typeof code !== 'string' || sentence === undefined) {
    return answerInvalid(response, `answered with status ${status}`, sentence);
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

/** The data of an answer that has members. */
export function objectIn<Data extends object>({ response, data }: Answer): Data {
  if (isObject(data) && !Array.isArray(data)) return data as Data;
  throw answerInvalid(response, 'answered without data');
}

/** The data of an answer that is a list. */
export function listIn<Data>({ response, data }: Answer): readonly Data[] {
  if (Array.isArray(data)) return data as readonly Data[];
  throw answerInvalid(response, 'answered without a list');
}

/** The plugin that a command or a question was about. */
export function detailIn({ response, data }: Answer): PluginDetail {
  if (isSummary(data) && 'manifest' in data) return data as PluginDetail;
  throw answerInvalid(response, 'answered without a plugin');
}

/** All plugins. */
export function summariesIn({ response, data }: Answer): readonly PluginSummary[] {
  if (Array.isArray(data) && data.every(isSummary)) return data;
  throw answerInvalid(response, 'answered without a list of plugins');
}

function isSummary(value: unknown): value is PluginSummary {
  return isObject(value) && typeof value['name'] === 'string' && typeof value['rev'] === 'number';
}
