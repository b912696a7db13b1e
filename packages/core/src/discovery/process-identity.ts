import os from 'node:os';

/** Tells this process from another one that has left something in the plugins folder. */
export interface ProcessIdentity {
  readonly id: string;
  /** Whether that is another process of this machine, and one that still runs. */
  isOtherAlive(id: string): boolean;
}

/** The identity of this process. In a container every process may have the same, which then is taken for its predecessor. */
export function processIdentity(): ProcessIdentity {
  const place = os.hostname();
  const id = `${process.pid}@${place}`;
  return {
    id,
    isOtherAlive(other) {
      const [pid = '', ...rest] = other.split('@');
      return other !== id && rest.join('@') === place && isAlive(Number(pid));
    },
  };
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
