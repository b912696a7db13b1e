import os from 'node:os';

/** What the figures are taken on. */
export function describeMachine() {
  const cpus = os.cpus();
  return {
    node: process.version,
    cores: cpus.length,
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    system: `${os.platform()} ${os.arch()}`,
    load: os.loadavg()[0],
  };
}
