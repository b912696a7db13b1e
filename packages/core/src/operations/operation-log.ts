import { randomUUID } from 'node:crypto';
import { PluginError } from '../errors/plugin-error.ts';
import { Operation, type OperationRequest, type OperationSource } from '../lifecycle/operation.ts';
import type { PluginJournal } from '../lifecycle/plugin-journal.ts';
import { hostItself } from '../ports/audit-log.ts';
import type { CommandTrace } from '../ports/audit-note.ts';
import type { Clock } from '../ports/clock.ts';
import type { PluginOperation } from '../protocol/plugin-operation.ts';
import type { CallTracer } from '../scope/call-tracer.ts';
import type { PluginMeters } from './plugin-meters.ts';

export interface OperationLogOptions {
  readonly clock: Clock;
  readonly journal: PluginJournal;
  /** Hears of every step of every operation. */
  readonly onChange: (operation: PluginOperation) => void;
  readonly meters: PluginMeters;
  readonly tracer: CallTracer | undefined;
}

/** How many operations are kept that have ended. */
const keptOperations = 200;

/** The operations of a host: those that run, and the latest that have ended. */
export class OperationLog implements OperationSource {
  readonly #options: OperationLogOptions;
  readonly #operations = new Map<string, Operation>();

  constructor(options: OperationLogOptions) {
    this.#options = options;
  }

  begin(request: OperationRequest): Operation {
    const { clock, onChange, meters, tracer } = this.#options;
    const id = request.operationId ?? randomUUID();
    if (this.#operations.has(id)) throw new PluginError('OPERATION_ID_TAKEN', `There is an operation "${id}" already.`);
    this.#forgetOldest();
    const operation = new Operation({
      ...request,
      id,
      clock,
      span: tracer?.begin({
        plugin: request.plugin,
        label: request.kind,
        attributes: { 'catalyst.operation': request.kind, 'catalyst.operation.id': id },
      }),
      onChange: () => onChange(operation.view()),
      onEnd: ({ plugin, kind }, status) => (meters.of(plugin).operations[kind][status] += 1),
    });
    this.#operations.set(id, operation);
    return operation;
  }

  /** The latest first. */
  list(plugin?: string): PluginOperation[] {
    const operations = [...this.#operations.values()].toReversed();
    return operations.filter((one) => plugin === undefined || one.plugin === plugin).map((one) => one.view());
  }

  get(id: string): PluginOperation | undefined {
    return this.#operations.get(id)?.view();
  }

  /** Ends the drain of an operation. Throws `OPERATION_NOT_FOUND`, `OPERATION_NOT_DRAINING`. */
  force(id: string, actor: string, { reason, request }: CommandTrace = {}): PluginOperation {
    const { journal } = this.#options;
    const operation = this.#operations.get(id);
    const plugin = operation?.plugin ?? hostItself;
    const by = { plugin, actor, trace: { operation: id.slice(0, 200), reason, request } };
    if (operation?.force(actor)) {
      journal.note({ ...by, type: 'plugin:drain-forced' });
      return operation.view();
    }
    const error = notForced(id, operation);
    const { code, message } = error;
    journal.note({ ...by, type: 'plugin:drain-force-failed', result: 'failed', reason: message, data: { code } });
    throw error;
  }

  #forgetOldest(): void {
    if (this.#operations.size < keptOperations) return;
    for (const [id, operation] of this.#operations) {
      if (!operation.hasEnded) continue;
      this.#operations.delete(id);
      return;
    }
  }
}

function notForced(id: string, operation: Operation | undefined): PluginError {
  if (!operation) return new PluginError('OPERATION_NOT_FOUND', `There is no operation "${id}".`);
  const { plugin } = operation;
  const message = `The operation "${id}" on plugin "${plugin}" does not drain.`;
  return new PluginError('OPERATION_NOT_DRAINING', message, { plugin });
}
