import type { OperationKind, OperationPhase, OperationProgress } from '../protocol/plugin-operation.ts';

/** What a command does in this order, as far as it has to. */
const bringsUp: readonly OperationPhase[] = ['loading', 'migrating', 'enabling', 'checking'];
const takesOff: readonly OperationPhase[] = ['draining', 'releasing'];

const expected: Readonly<Record<OperationKind, readonly OperationPhase[]>> = {
  enable: ['loading', 'enabling'],
  disable: takesOff,
  reload: ['loading', 'enabling', 'checking', ...takesOff],
  rollback: ['loading', 'enabling', 'checking', ...takesOff],
  block: takesOff,
};

/** Which phases an operation has been through, and which are to come as far as it is known. */
export class PhaseProgress {
  readonly #passed: OperationPhase[] = [];
  #current: OperationPhase = 'queued';
  #toCome: readonly OperationPhase[];

  constructor(kind: OperationKind) {
    this.#toCome = [...expected[kind], 'ended'];
  }

  get phase(): OperationPhase {
    return this.#current;
  }

  /** Says whether that is a step. */
  enter(phase: OperationPhase): boolean {
    if (phase === this.#current) return false;
    this.#passed.push(this.#current);
    this.#current = phase;
    this.#toCome = phase === 'ended' ? [] : this.#toCome.filter((next) => !isOverWith(next, phase));
    return true;
  }

  describe(): OperationProgress {
    return { passed: [...this.#passed], toCome: this.#toCome };
  }
}

/** What comes before a phase in its chain was not needed; a plugin that restarts goes through the chains the other way. */
function isOverWith(next: OperationPhase, entered: OperationPhase): boolean {
  const chain = [bringsUp, takesOff].find((one) => one.includes(entered)) ?? [];
  return chain.includes(next) && chain.indexOf(next) <= chain.indexOf(entered);
}
