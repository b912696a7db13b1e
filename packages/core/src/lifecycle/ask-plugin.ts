import { describeError } from '../errors/describe-error.ts';
import { pointerOf } from '../errors/json-pointer.ts';
import { hasCode } from '../errors/plugin-error.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { ConfigTest } from '../protocol/plugin-config-state.ts';
import type { Generation } from './generation.ts';

/** How long `validateConfig` may take, in milliseconds. */
const answerMs = 10_000;

type Fault = ConfigTest['errors'][number];

/** Asks the plugin whether it could work with settings that are not saved; a plugin without `validateConfig` agrees. */
export async function askPlugin(generation: Generation, config: JsonObject): Promise<ConfigTest> {
  if (!generation.has('validateConfig')) return agreed;
  try {
    const { errors, messages } = readVerdict(await generation.call('validateConfig', answerMs, config));
    return {
      ok: errors.length === 0,
      errors: errors.map(({ pointer, message }) => ({ pointer, message: generation.redact(message) })),
      messages: messages.map((message) => generation.redact(message)),
    };
  } catch (error) {
    const isLate = hasCode(error, 'CALL_TIMEOUT');
    const message = isLate ? `validateConfig did not answer within ${answerMs} ms` : describeError(error);
    return { ok: false, errors: [{ pointer: '', message: generation.redact(message) }], messages: [] };
  }
}

const agreed: ConfigTest = { ok: true, errors: [], messages: [] };
const refused: Fault = { pointer: '', message: 'the plugin refuses these values' };

function readVerdict(verdict: unknown): Pick<ConfigTest, 'errors' | 'messages'> {
  if (verdict === false) return { errors: [refused], messages: [] };
  if (typeof verdict === 'string' && verdict !== '') return { errors: [faultOf(verdict)], messages: [] };
  if (Array.isArray(verdict)) return { errors: verdict.map(faultOf), messages: [] };
  if (typeof verdict !== 'object' || verdict === null) return { errors: [], messages: [] };
  const { ok, errors, messages, warnings } = verdict as Record<string, unknown>;
  const faults = listOf(errors).map(faultOf);
  const said = [...listOf(messages), ...listOf(warnings)].map((text) => describeError(text));
  return { errors: ok === false && faults.length === 0 ? [refused] : faults, messages: said };
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function faultOf(fault: unknown): Fault {
  if (typeof fault !== 'object' || fault === null) return { pointer: '', message: String(fault) };
  const { pointer, key, path = key, message } = fault as Record<string, unknown>;
  const text = typeof message === 'string' ? message : refused.message;
  if (typeof pointer === 'string') return { pointer, message: text };
  const steps = Array.isArray(path) ? path.map(String) : typeof path === 'string' ? path.split('.') : [];
  return { pointer: pointerOf(steps), message: text };
}
