import { kills } from './kills/section.mjs';
import { soak } from './soak/section.mjs';

/** What is tried, in the order of the document; `bench/bench.mjs` has sections of the same form. */
export const sections = [kills, soak];
