import { Journal } from './journal.mjs';
import { permissions, writeKeeper } from './plugin-versions.mjs';

const initialFacts = { enabled: true, version: 0, round: 0, ...Object.fromEntries(permissions.map(grantFact)) };

/** One plugin under test: what it was asked to do, and what is known of it across all lives of the host. */
export async function makeKeeper(pluginsDir, name) {
  const files = await writeKeeper(pluginsDir, name);
  const journal = new Journal(initialFacts);
  const latest = { version: 0, number: 0 };
  const stored = { acknowledged: new Set(), asked: new Set() };
  const inserted = { acknowledged: new Set(), asked: new Set() };
  return {
    name,
    journal,
    stored,
    inserted,
    /** Number of the version that the folder has. */
    get folderVersion() {
      return latest.version;
    },
    /** Another version of its folder. */
    async nextVersion() {
      latest.version += 1;
      await files.save(latest.version);
      return latest.version;
    },
    nextNumber: () => (latest.number += 1),
    /** Id of its newest audit entry that was compared. */
    auditedUntil: undefined,
  };
}

/** What is known of a permission. */
export function factOfGrant(permission) {
  return `grant of ${permission}`;
}

function grantFact(permission) {
  return [factOfGrant(permission), 'granted'];
}
