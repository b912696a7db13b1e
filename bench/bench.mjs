// Measures what the framework costs, beside other ways of doing the same; `--help` says how. Needs built packages.
import { bench } from './bench-command.mjs';
import { runSections } from './shared/run-sections.mjs';

await runSections(bench);
