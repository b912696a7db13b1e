/** One way to write a line: a message with values, or an object and a message, as pino takes them. */
export interface LogMethod {
  (message: string, ...values: unknown[]): void;
  (details: object, message?: string, ...values: unknown[]): void;
  (details: unknown, message?: string, ...values: unknown[]): void;
}

/** The part of pino that the framework and plugins use; a pino logger fits as it is. */
export interface Logger {
  level: string;
  fatal: LogMethod;
  error: LogMethod;
  warn: LogMethod;
  info: LogMethod;
  debug: LogMethod;
  trace: LogMethod;
  /** A logger that adds the bindings to every line. */
  child(bindings: Record<string, unknown>): Logger;
}
