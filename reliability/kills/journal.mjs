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
    known?.asked.push(act);
    return {
      acknowledged: () => {
        act.outcome = 'acknowledged';
        if (known) Object.assign(known, { value, asked: [] });
      },
      refused: () => {
        act.outcome = 'refused';
        if (known) known.asked = known.asked.filter((other) => other !== act);
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
    const known = this.#facts.get(fact);
    const isSame = (value) => JSON.stringify(value) === JSON.stringify(found);
    const done = known.asked.findLast(({ value }) => isSame(value));
    const lost = !isSame(known.value) && done === undefined;
    const expected = [known.value, ...known.asked.map(({ value }) => value)].map((value) => JSON.stringify(value));
    const undone = known.asked.filter((act) => act !== done);
    const wasSame = isSame(known.value);
    Object.assign(known, { value: found, asked: [] });
    return {
      done: wasSame ? undefined : done,
      undone,
      problem: lost ? `${fact} is ${JSON.stringify(found)}, expected ${expected.join(' or ')}` : undefined,
    };
  }
}
