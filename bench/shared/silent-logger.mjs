/** A logger that costs nothing, so that writing lines is not what is measured. */
export function silentLogger() {
  const silent = () => {};
  const logger = { level: 'silent', child: () => logger };
  for (const level of ['fatal', 'error', 'warn', 'info', 'debug', 'trace']) logger[level] = silent;
  return logger;
}
