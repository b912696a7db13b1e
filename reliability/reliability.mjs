// Tries what the framework promises to survive; `--help` says how. Needs built packages.
import { runSections } from '../bench/shared/run-sections.mjs';
import { reliability } from './reliability-command.mjs';

await runSections(reliability);
