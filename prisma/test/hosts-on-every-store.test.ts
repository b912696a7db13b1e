import { afterAll, beforeAll, describe } from 'vitest';
import { describeAudit } from './hosts/audit.ts';
import { describeData } from './hosts/data.ts';
import { describeMigrations } from './hosts/migrations.ts';
import { describePermissions } from './hosts/permissions.ts';
import { describeRelations } from './hosts/relations.ts';
import { describeSettings } from './hosts/settings.ts';
import { type Disposable, openEmbedded, openPostgres, postgresTitle, serverUrl } from './support/databases.ts';
import { openDatabaseStore, openMemoryStore, type OpenStore, type StoreUnderTest } from './support/each-store.ts';

/** What holds for a host on a real server, whatever it keeps its data in. All tests share one store. */
function describeHosts(title: string, open: OpenStore): void {
  describe(`a host on ${title}`, () => {
    let opened: Disposable<StoreUnderTest>;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.dispose());
    const store = (): StoreUnderTest => opened.value;
    describeSettings(store);
    describeData(store);
    describeMigrations(store);
    describePermissions(store);
    describeRelations(store);
    describeAudit(store);
  });
}

describeHosts('memory', openMemoryStore);
describeHosts('the embedded database', () => openDatabaseStore(openEmbedded));
describe.skipIf(serverUrl === undefined)(postgresTitle, () =>
  describeHosts('PostgreSQL', () => openDatabaseStore(openPostgres)),
);
