import { auditTypes, numberOf } from './acts.mjs';
import { factOfGrant } from './keeper.mjs';
import { permissions } from './plugin-versions.mjs';

/** What is wrong with what a host that was killed has of a plugin, now that it runs again. */
export async function checkPlugin(admin, keeper) {
  const problems = [];
  const detail = await admin.get(`/${keeper.name}`);
  const acts = keeper.journal.acts.splice(0);
  const settled = new Map();
  const settle = (fact, found) => {
    const outcome = keeper.journal.settle(fact, found);
    settled.set(fact, outcome);
    if (outcome.problem) problems.push(outcome.problem);
  };

  if (detail.state !== (detail.enabled ? 'active' : 'disabled'))
    problems.push(`is ${detail.state}: ${JSON.stringify(detail.reason)}`);
  settle('enabled', detail.enabled);
  if (detail.enabled) settle('version', numberOf(detail.version));
  const { config } = detail;
  settle('round', config.round);
  const { permissions: decided } = await admin.get(`/-/${keeper.name}/grants`);
  for (const permission of permissions)
    settle(factOfGrant(permission), decided.find((one) => one.permission === permission)?.state);

  problems.push(...(await checkData(admin, keeper, detail)));
  problems.push(...(await checkAudit(admin, keeper, acts, settled)));
  return problems.map((problem) => `${keeper.name}: ${problem}`);
}

async function checkData(admin, { name, stored, inserted }, { enabled, version, config }) {
  const { status, body, text } = await admin.ask('GET', `/${name}/all`);
  if (!enabled) return status === 503 ? [] : [`is disabled and answers ${status}`];
  if (status !== 200) return [`is enabled and answers ${status} ${text.slice(0, 200)}`];
  const problems = [];
  if (body.version !== version) problems.push(`says it is ${body.version}, the host says ${version}`);
  if (body.round !== config.round) problems.push(`has round ${body.round}, the host says ${config.round}`);
  if (body.token !== `token ${config.round}`) problems.push(`has the secret "${body.token}" in round ${config.round}`);
  problems.push(...checkNumbers('value', stored, body.keys), ...checkNumbers('document', inserted, body.items));
  const newest = Math.max(0, ...stored.acknowledged);
  // two lanes write it, so the one that was acknowledged last may have been overtaken by the other
  const known = new Set([...stored.acknowledged, ...stored.asked, null]);
  if (!known.has(body.latest) || (newest > 0 && body.latest === null))
    problems.push(`the value "latest" is ${body.latest}`);
  const most = inserted.acknowledged.size + inserted.asked.size;
  if (body.count < inserted.acknowledged.size || body.count > most)
    problems.push(`counted ${body.count} inserts of ${inserted.acknowledged.size} to ${most}`);
  return problems;
}

function checkNumbers(what, { acknowledged, asked }, names) {
  const found = new Set(names.map((name) => Number(name.split('-').at(-1))));
  const lost = [...acknowledged].filter((number) => !found.has(number));
  const invented = [...found].filter((number) => !acknowledged.has(number) && !asked.has(number));
  return [
    ...(lost.length > 0 ? [`${what}s that were acknowledged are lost: ${lost.slice(0, 5).join(', ')}`] : []),
    ...(invented.length > 0 ? [`${what}s that nobody stored: ${invented.slice(0, 5).join(', ')}`] : []),
  ];
}

/** Every change has its entry, and every entry its change. */
async function checkAudit(admin, keeper, acts, settled) {
  const entries = await entriesSince(admin, keeper);
  return acts.flatMap((act) => {
    const { actor, kind, value, outcome } = act;
    const found = entries.filter((entry) => entry.actor === actor && entry.type === auditTypes[kind]).length;
    const [least, most] = entriesFor(act, settled);
    if (found >= least && found <= most) return [];
    return [`${kind} to ${JSON.stringify(value)} by ${actor} (${outcome}) has ${found} audit entries, not ${least}`];
  });
}

/** How many entries there are for an act, at least and at most. */
function entriesFor(act, settled) {
  if (act.outcome === 'acknowledged') return [1, 1];
  if (act.outcome === 'refused') return [0, 0];
  // the files were another version before the command arrived, and a start takes what is there
  if (act.kind === 'reload' || !settled.has(act.fact)) return [0, 1];
  return settled.get(act.fact).done === act ? [1, 1] : [0, 0];
}

async function entriesSince(admin, keeper) {
  const entries = [];
  let before = '';
  for (;;) {
    const page = await admin.get(`/audit?plugin=${keeper.name}&limit=1000${before}`);
    const known = page.findIndex(({ id }) => id === keeper.auditedUntil);
    entries.push(...(known === -1 ? page : page.slice(0, known)));
    if (known !== -1 || page.length < 1_000) break;
    before = `&before=${page.at(-1).id}`;
  }
  keeper.auditedUntil = entries[0]?.id ?? keeper.auditedUntil;
  return entries;
}
