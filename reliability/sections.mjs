import { kills } from './kills/section.mjs';
import { load } from './load/section.mjs';
import { secrets } from './secrets/section.mjs';
import { soak } from './soak/section.mjs';
import { environment } from './tables/environment.mjs';
import { faults } from './tables/faults.mjs';
import { inputs } from './tables/inputs.mjs';

/** What is tried, in the order of the document; `bench/sections.mjs` says what a section is. */
export const sections = [load, faults, inputs, environment, kills, secrets, soak];
