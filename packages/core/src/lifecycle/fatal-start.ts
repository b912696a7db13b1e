import { reasonOf } from '../errors/describe-error.ts';
import { PluginError } from '../errors/plugin-error.ts';
import type { Logger } from '../ports/logger.ts';
import type { PluginRecord } from '../ports/plugin-store.ts';
import type { CrashLimit } from './crash-budget.ts';
import type { CrashRecord } from './crash-record.ts';
import { quarantineOf, type Quarantine } from './failure-recovery.ts';
import { standingChange, type PluginJournal } from './plugin-journal.ts';
import type { ReleaseHistory } from './release-history.ts';

export interface KnownQuarantineOptions {
  readonly crashRecord: CrashRecord;
  readonly crashLimit: CrashLimit;
  readonly journal: PluginJournal;
  readonly logger: Logger;
}

/**
 * The quarantine that a plugin begins with: the one that its record tells of, or a new one when too many processes in a
 * row died while they were starting it, the last time for certain because of it.
 */
export function knownQuarantine(
  record: PluginRecord,
  releases: ReleaseHistory,
  { crashRecord, crashLimit, journal, logger }: KnownQuarantineOptions,
): Quarantine | undefined {
  const known = quarantineOf(record);
  const release = releases.current;
  const { plugin, manifest, digest } = release;
  const fatal = record.enabled ? crashRecord.fatalStarts(release) : undefined;
  if (known?.digest === digest || !fatal?.alone || fatal.count < crashLimit.crashes) return known;
  const times = fatal.count === 1 ? 'once' : `${fatal.count} times in a row`;
  const message = `The process died while plugin "${plugin}" ${manifest.version} was being started, ${times}.`;
  const reason = reasonOf(new PluginError('PLUGIN_QUARANTINED', message, { plugin }));
  logger.error({ plugin, version: manifest.version }, `${message} It is left alone.`);
  journal.note({
    plugin,
    type: 'plugin:quarantined',
    actor: 'system',
    result: 'failed',
    reason: message,
    data: { code: reason.code, message, version: manifest.version },
    change: { ...standingChange(releases, true), state: 'quarantined', reason, digest },
  });
  return { digest, reason };
}
