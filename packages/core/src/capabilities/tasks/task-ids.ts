import type { TaskTerms } from './known-task.ts';

/** Of an expression that long ids are made of, so that they fit into an address. */
const maxLength = 80;

/** Hands out the ids of the tasks of one generation, the same for each generation that schedules them alike. */
export class TaskIds {
  readonly #taken = new Set<string>();

  /** The name, else the expression, with `#2` for the second of the same. */
  take({ name, cron }: Pick<TaskTerms, 'name' | 'cron'>): string {
    const first = name ?? cron.trim().slice(0, maxLength);
    let id = first;
    for (let count = 2; this.#taken.has(id); count += 1) id = `${first}#${count}`;
    this.#taken.add(id);
    return id;
  }

  free(id: string): void {
    this.#taken.delete(id);
  }
}
