/** The values of one statement. They reach the database beside its text, never in it. */
export class SqlParameters {
  readonly values: unknown[];

  constructor(...values: unknown[]) {
    this.values = values;
  }

  /** Adds a value, and returns what stands for it in the statement. */
  add(value: unknown, type: 'text' | 'text[]' | 'bigint' | 'timestamptz'): string {
    return `$${this.values.push(value)}::${type}`;
  }
}
