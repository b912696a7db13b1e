import { unstorableReason } from '../../manifest/storable-json.ts';
import type { DocumentPath } from '../../ports/collection-store.ts';
import type { Refuse } from './checked-json.ts';

const maxLength = 512;

/** Takes the path of a value apart: `address.city`. */
export function parsePath(path: unknown, refuse: Refuse): DocumentPath {
  if (typeof path !== 'string') throw refuse('a path is not a string');
  const problem = pathProblem(path);
  if (problem !== undefined) throw refuse(`"${path.slice(0, maxLength)}" is no path: ${problem}`);
  return path.split('.');
}

function pathProblem(path: string): string | undefined {
  if (path.length > maxLength) return `it has more than ${maxLength} characters`;
  const steps = path.split('.');
  if (steps.includes('')) return 'a step is empty';
  if (steps.includes('__proto__')) return '__proto__ cannot be a member';
  return unstorableReason(path);
}
