// Checks who imports whom, and that the checker saw the code at all: with a TypeScript it cannot read it finds nothing wrong.
import { cruise } from 'dependency-cruiser';
import config from '../.dependency-cruiser.mjs';
import { root } from './workspace.mjs';

const fewestModules = 100;

process.chdir(root);
const { output } = await cruise(['packages', 'prisma/src', 'examples/host/src'], {
  ...config.options,
  ruleSet: { forbidden: config.forbidden },
  validate: true,
});
const { totalCruised, violations } = output.summary;
for (const { rule, from, to } of violations) console.error(`${rule.severity} ${rule.name}: ${from} -> ${to}`);
console.log(`${totalCruised} modules, ${violations.length} violations`);
if (totalCruised < fewestModules) {
  console.error(`Only ${totalCruised} modules were seen; at least ${fewestModules} were expected.`);
  process.exit(1);
}
process.exit(violations.length > 0 ? 1 : 0);
