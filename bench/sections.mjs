import { collections } from './collections/section.mjs';
import { dispatch } from './dispatch/section.mjs';
import { edit } from './edit/section.mjs';
import { heap } from './heap/section.mjs';
import { profile } from './profile/section.mjs';
import { reload } from './reload/section.mjs';
import { sockets } from './sockets/section.mjs';
import { start } from './start/section.mjs';
import { traffic } from './traffic/section.mjs';

/**
 * What can be measured, in the order of the document. A section has
 * - `settings(options)`: how much to measure, from the options of the command line
 * - `measure(settings, progress)`: resolves to results, which are JSON
 * - `describe(settings)`: how much was measured, in words
 * - `rows(results)`: the results as a table, `summary(results)`: what a table cannot say
 * - `failures(results)`: what is wrong that is no matter of speed
 * - `introduction`, `remarks`: what the document says before and after the figures
 */
export const sections = [dispatch, profile, reload, heap, edit, traffic, sockets, start, collections];
