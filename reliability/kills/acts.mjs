import { permissions } from './plugin-versions.mjs';
import { factOfGrant } from './keeper.mjs';

const tokenOf = (round) => `token ${round}`;

/** Types of the audit entries that belong to the kinds of acts. */
export const auditTypes = {
  enable: 'plugin:enabled',
  disable: 'plugin:disabled',
  reload: 'plugin:reloaded',
  rollback: 'plugin:rolled-back',
  configure: 'plugin:config-changed',
  grant: 'plugin:granted',
  revoke: 'plugin:revoked',
};

/**
 * Keeps a host busy with one plugin until the connection is lost: commands, decisions and writes, each kind one after
 * the other and side by side with the other kinds. Resolves when all of them have noticed.
 */
export async function keepBusy(admin, keeper, count) {
  const lanes = [command, configure, decide, write, write].map((act) => repeat(() => act(admin, keeper, count)));
  await Promise.all(lanes);
}

async function repeat(act) {
  for (;;) {
    try {
      await act();
    } catch (error) {
      // what `fetch` throws when the host is gone
      if (error instanceof TypeError) return;
      throw error;
    }
  }
}

/** Enable, disable, reload or roll back. */
async function command(admin, keeper, count) {
  const { journal, name } = keeper;
  if (!journal.valueOf('enabled')) return give({ kind: 'enable', fact: 'enabled', value: true });
  const chance = Math.random();
  if (chance < 0.3) return give({ kind: 'disable', fact: 'enabled', value: false });
  if (chance < 0.75) {
    const value = await keeper.nextVersion();
    return give({ kind: 'reload', fact: 'version', value });
  }
  const { releases } = await admin.get(`/${name}`);
  const others = releases.filter(({ current }) => !current);
  if (others.length === 0) return undefined;
  const { version, digest } = others[Math.floor(Math.random() * others.length)];
  return give({ kind: 'rollback', fact: 'version', value: numberOf(version), body: { to: digest } });

  function give({ kind, fact, value, body }) {
    const requests = {
      enable: ['POST', `/${name}/enable`, { enabled: true }],
      disable: ['POST', `/${name}/enable`, { enabled: false }],
      reload: ['POST', `/${name}/reload`],
      rollback: ['POST', `/-/${name}/rollback`, body],
    };
    return perform(admin, keeper, count, { kind, fact, value, request: requests[kind] });
  }
}

/** Save settings, a secret among them. */
function configure(admin, keeper, count) {
  const value = keeper.nextNumber();
  const request = ['PUT', `/${keeper.name}/config`, { config: { round: value, token: tokenOf(value) } }];
  return perform(admin, keeper, count, { kind: 'configure', fact: 'round', value, request });
}

/** Grant or revoke. */
function decide(admin, keeper, count) {
  const { name, journal } = keeper;
  const permission = permissions[Math.floor(Math.random() * permissions.length)];
  const fact = factOfGrant(permission);
  const isGranted = journal.valueOf(fact) === 'granted';
  const [kind, value] = isGranted ? ['revoke', 'revoked'] : ['grant', 'granted'];
  const request = ['PUT', `/-/${name}/grants`, { [kind]: [permission] }];
  return perform(admin, keeper, count, { kind, fact, value, request });
}

/** Store a value, insert a document, or let something fail that stands in the audit log. */
async function write(admin, keeper, count) {
  const { name } = keeper;
  const chance = Math.random();
  if (chance < 0.05) {
    await admin.ask('POST', `/${name}/fail`);
    return;
  }
  const [url, kept] = chance < 0.5 ? ['store', keeper.stored] : ['insert', keeper.inserted];
  const number = keeper.nextNumber();
  kept.asked.add(number);
  const { status } = await admin.ask('POST', `/${name}/${url}`, { body: { number } });
  if (status !== 200) return;
  count.acknowledged += 1;
  kept.asked.delete(number);
  kept.acknowledged.add(number);
}

async function perform(admin, keeper, count, { kind, fact, value, request: [method, url, body] }) {
  count.asked += 1;
  const actor = `act-${count.asked}`;
  const { acknowledged, refused } = keeper.journal.ask({ actor, kind, fact, value });
  const { status, text } = await admin.ask(method, url, { body, actor });
  if (status === 200) {
    count.acknowledged += 1;
    acknowledged();
  } else if (status < 500) refused();
  else count.surprises.push(`${method} ${url}: ${status} ${text.slice(0, 300)}`);
}

/** The number of a version. */
export function numberOf(version) {
  return Number(version.split('.').at(-1));
}
