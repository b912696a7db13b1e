import { reasonOf, type Reason } from '../errors/describe-error.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import { assertTransition } from './state-transitions.ts';

/** What last went wrong, kept until something goes right. */
export interface LastFailure extends Reason {
  readonly during: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Why a plugin is in a state that it passes through; the other reasons come from what went wrong. */
const passing: Partial<Record<PluginState, Omit<Reason, 'code'>>> = {
  loading: { message: 'The plugin is being loaded.', hint: 'It goes live when onLoad and onEnable have ended.' },
  reloading: { message: 'The next generation is being built.', hint: 'Wait; a running generation goes on serving.' },
  draining: {
    message: 'Calls in flight are ending.',
    hint: 'It is off when they have ended, at the latest after drainMs.',
  },
  unloading: { message: 'The plugin is being unloaded.', hint: 'It comes back when the host starts again.' },
};

/** The state of one plugin and the reasons for it; its supervisor is the only one to move it. */
export class StateMachine {
  readonly #plugin: string;
  readonly #onChange: (state: PluginState) => void;
  #state: PluginState;
  #reason: Reason | undefined;
  #lastFailure: LastFailure | undefined;

  constructor(
    start: { plugin: string; state: PluginState; reason: Reason | undefined },
    onChange: (state: PluginState) => void,
  ) {
    this.#plugin = start.plugin;
    this.#state = start.state;
    this.#reason = start.state === 'quarantined' ? start.reason : passingReason(start.state);
    this.#onChange = onChange;
  }

  get state(): PluginState {
    return this.#state;
  }

  /** Absent while the plugin is active or disabled. */
  get reason(): Reason | undefined {
    return this.#reason;
  }

  /** The present state and its reason, to go back to. */
  get situation(): { readonly state: PluginState; readonly reason: Reason | undefined } {
    return { state: this.#state, reason: this.#reason };
  }

  get lastFailure(): LastFailure | undefined {
    return this.#lastFailure;
  }

  /** Throws `TRANSITION_ILLEGAL` for a step that the table does not have. */
  move(to: PluginState, reason?: Reason): void {
    assertTransition(this.#plugin, this.#state, to);
    const isChange = this.#state !== to;
    this.#state = to;
    this.#reason = to === 'active' || to === 'disabled' ? undefined : (reason ?? passingReason(to));
    if (isChange) this.#onChange(to);
  }

  /** Moves after a command that went right, which settles what went wrong before. */
  succeed(to: PluginState): void {
    this.#lastFailure = undefined;
    this.move(to);
  }

  /** Keeps what went wrong, apart from the state; returns the reason. */
  remember(error: unknown, during: string, at: number): Reason {
    const reason = reasonOf(error);
    this.#lastFailure = { ...reason, during, at };
    return reason;
  }
}

function passingReason(state: PluginState): Reason | undefined {
  const reason = passing[state];
  return reason && { code: 'PLUGIN_NOT_ACTIVE', ...reason };
}
