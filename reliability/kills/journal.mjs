/**
 * What was asked of one plugin and what was acknowledged, outside of the process that is killed. Every act has a number
 * of its own, which is also the actor that the host is told; a lane of acts asks one after the other.
 */
export class Journal {
  /** What the host may be found to have: `value` was acknowledged last, `asked` may have come after it. */
  #facts = new Map();
  /** Acts since the audit log was compared last. */
  acts = [];

  constructor(facts) {
    for (const [fact, value] of Object.entries(facts)) this.#facts.set(fact, { value, asked: [] });
  }

  /** Notes that something is asked which makes `fact` the value; returns what to call with the outcome. */
  ask({ actor, kind, fact, value }) {
    const act = { actor, kind, fact, value, outcome: 'unknown' };
    this.acts.push(act);
    const known = this.#facts.get(fact);
    known.asked.push(act);
    return {
      acknowledged: () => {
        act.outcome = 'acknowledged';
        Object.assign(known, { value, asked: [] });
      },
      refused: () => {
        act.outcome = 'refused';
        known.asked = known.asked.filter((other) => other !== act);
      },
    };
  }

  valueOf(fact) {
    return this.#facts.get(fact).value;
  }

  /**
   * Compares what the host has with what it may have, and takes it as what is known from now on. Returns the act that
   * made it so when that was not acknowledged, and what is wrong.
   */
  settle(fact, found) {
    const { value, asked } = this.#facts.get(fact);
    const isFound = (other) => JSON.stringify(other) === JSON.stringify(found);
    this.#facts.set(fact, { value: found, asked: [] });
    if (isFound(value)) return {};
    const done = asked.findLast((act) => isFound(act.value));
    if (done) return { done };
    const expected = [value, ...asked.map((act) => act.value)].map((other) => JSON.stringify(other));
    return { problem: `${fact} is ${JSON.stringify(found)}, expected ${expected.join(' or ')}` };
  }
}
