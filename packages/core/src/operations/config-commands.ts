import {
  changedKeys,
  type ConfigChange,
  type ConfigEdit,
  type PluginConfigs,
} from '../capabilities/config/plugin-configs.ts';
import { PluginError, hasCode } from '../errors/plugin-error.ts';
import { askPlugin } from '../lifecycle/ask-plugin.ts';
import type { Generation } from '../lifecycle/generation.ts';
import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import type { PluginSupervisor } from '../lifecycle/plugin-supervisor.ts';
import type { CommandRequest } from '../lifecycle/admission.ts';
import { configFields } from '../manifest/config-field.ts';
import { configJsonSchema } from '../manifest/config-json-schema.ts';
import { configInvalid } from '../manifest/plugin-configuration.ts';
import type { PluginManifest } from '../manifest/plugin-manifest.ts';
import { redactConfig, redactManifest } from '../manifest/redact-config.ts';
import { giverOf, type CommandOrigin } from '../ports/audit-note.ts';
import type { ConfigRevisionQuery, ConfigRevisionRecord, PluginStore } from '../ports/plugin-store.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { ConfigTest, PluginConfigRevision, PluginConfigState } from '../protocol/plugin-config-state.ts';
import { SerialQueues } from '../scope/serial-queues.ts';
import type { Announcer } from './announcer.ts';
import type { FailureRecorder } from './failure-recorder.ts';
import type { HostAudit } from './host-audit.ts';

export interface ConfigCommandsOptions {
  readonly configs: PluginConfigs;
  readonly store: PluginStore;
  readonly failures: FailureRecorder;
  readonly announcer: Announcer;
  readonly audit: HostAudit;
  readonly registry: PluginRegistry;
  /** Throws `PLUGIN_NOT_FOUND`, `HOST_CLOSED`. */
  readonly find: (plugin: string) => PluginSupervisor;
}

/** Who changes a configuration, and what he has seen of it. */
export interface ConfigCommand extends CommandOrigin {
  readonly expectedRevision?: number | undefined;
  /** Whether an active plugin begins anew, also where it could be told. */
  readonly beginAnew?: boolean | undefined;
}

/** What is left to do when a change is saved. */
type Afterwards = (() => Promise<void>) | undefined;

/** What administrators do with the settings of plugins, and what follows: the plugin is told, or begins anew. */
export class ConfigCommands {
  readonly #options: ConfigCommandsOptions;
  readonly #queues = new SerialQueues();

  constructor(options: ConfigCommandsOptions) {
    this.#options = options;
  }

  state(name: string): PluginConfigState {
    const { configs, find } = this.#options;
    const supervisor = find(name);
    const { manifest } = supervisor.release;
    const { values, revision } = configs.stored(name);
    const fields = redactManifest(manifest).config;
    const described = configFields(manifest.config);
    return {
      revision,
      config: redactConfig(manifest, configs.resolved(manifest)),
      // stores keep no order of members
      stored: Object.keys(values).toSorted(),
      schema: structuredClone(configJsonSchema(manifest)),
      fields: structuredClone(Object.fromEntries(Object.entries(fields).filter(([key]) => described.has(key)))),
      locked: configs.overrides(manifest).overrides.map(({ steps, variable }) => ({ key: steps.join('.'), variable })),
      effect: effectOf(supervisor),
      canTest: liveGeneration(supervisor)?.has('validateConfig') ?? false,
    };
  }

  /** Changes some settings; the others stay. */
  async update(name: string, patch: JsonObject, command: ConfigCommand = {}): Promise<void> {
    const { configs, audit } = this.#options;
    await audit.follow({ ...command, type: 'plugin:config-change-failed', plugin: name }, () =>
      this.#inTurn(name, (supervisor) => {
        const next = (stored: JsonObject): JsonObject => configs.patched(supervisor.release.manifest, stored, patch);
        return this.#change(supervisor, { ...editedBy(command), next }, command.beginAnew);
      }),
    );
  }

  /** Goes back to the values of a revision, all of them. */
  async restore(name: string, revision: number, command: ConfigCommand = {}): Promise<void> {
    const { configs, audit } = this.#options;
    const restore = async (supervisor: PluginSupervisor): Promise<Afterwards> => {
      const { manifest } = supervisor.release;
      const values = await this.#valuesAt(name, revision);
      const next = (): JsonObject => {
        configs.assertValid(manifest, values, new Set([...Object.keys(manifest.config), ...Object.keys(values)]));
        return values;
      };
      const edit = {
        ...editedBy(command),
        next,
        type: 'plugin:config-restored',
        data: { restored: revision },
      } as const;
      return this.#change(supervisor, edit);
    };
    await audit.follow({ ...command, type: 'plugin:config-restore-failed', plugin: name }, () =>
      this.#inTurn(name, restore),
    );
  }

  /** Says what would come of a change, without making it. */
  async test(name: string, patch: JsonObject): Promise<ConfigTest> {
    const { configs, find } = this.#options;
    const supervisor = find(name);
    const { manifest } = supervisor.release;
    let candidate: JsonObject;
    try {
      candidate = configs.resolve(manifest, configs.patched(manifest, configs.stored(name).values, patch));
    } catch (error) {
      if (!hasCode(error, 'CONFIG_INVALID') && !hasCode(error, 'CONFIG_LOCKED')) throw error;
      const { issues } = error as PluginError;
      return { ok: false, errors: issues.map(({ pointer, message }) => ({ pointer, message })), messages: [] };
    }
    const generation = liveGeneration(supervisor);
    return generation ? askPlugin(generation, structuredClone(candidate)) : { ok: true, errors: [], messages: [] };
  }

  /** What was saved, the latest first. */
  async revisions(name: string, { before, limit = 50 }: ConfigRevisionQuery = {}): Promise<PluginConfigRevision[]> {
    const { store, configs, find } = this.#options;
    const { manifest } = find(name).release;
    // one more, to tell what the last one changed
    const query = { limit: limit + 1, ...(before === undefined ? {} : { before }) };
    const records = await store.configRevisions(name, query);
    const opened = await Promise.all(records.map(({ config }) => configs.cipher.open(name, config)));
    return records.slice(0, limit).map(({ revision, actor, savedAt, config }, index) => ({
      revision,
      actor,
      savedAt: savedAt.toISOString(),
      keys: changedKeys(opened[index + 1] ?? {}, opened[index] ?? {}),
      config: redactConfig(manifest, config),
    }));
  }

  /** Tells what a plugin has changed itself; it is not reloaded for that. */
  async ownChange(change: ConfigChange): Promise<void> {
    this.#announce(change, 'plugin:config-changed');
    // also while the host ends: a plugin may save what it has to when it goes
    const supervisor = this.#options.registry.get(change.plugin);
    const generation = supervisor && liveGeneration(supervisor);
    if (generation?.has('onConfigChange')) await this.#tell(generation, change);
  }

  /**
   * One administrator after the other: what a failed reload takes back is what its own command saved. `work` resolves to
   * what may be done while others have their turn.
   */
  async #inTurn(name: string, work: (supervisor: PluginSupervisor) => Promise<Afterwards>): Promise<void> {
    const { find } = this.#options;
    find(name);
    const afterwards = await this.#queues.run(name, async () => work(find(name)));
    await afterwards?.();
  }

  async #change(supervisor: PluginSupervisor, edit: ConfigEdit, beginAnew = false): Promise<Afterwards> {
    const { configs } = this.#options;
    const { manifest } = supervisor.release;
    const { values, revision } = configs.stored(manifest.name);
    const next = edit.next(values);
    // what is stale is refused for that, whatever the plugin thinks of it
    const isFresh = edit.expectedRevision === undefined || edit.expectedRevision === revision;
    if (isFresh && changedKeys(values, next).length > 0)
      await assertAgreed(supervisor, configs.resolve(manifest, next));
    const change = await configs.save(manifest, edit);
    if (!change) return beginAnew ? () => supervisor.reconfigure(commandIn(edit), async () => undefined) : undefined;
    this.#announce(change, edit.type ?? 'plugin:config-changed');
    const told = beginAnew ? undefined : hotGeneration(supervisor);
    // the hook may lead to another change, which must not wait for it
    if (told) return () => this.#tell(told, change);
    // what is starting may have read the former values
    if (!supervisor.generation && !['loading', 'reloading'].includes(supervisor.state)) return undefined;
    const undo = this.#undo(manifest, change);
    await supervisor.reconfigure(commandIn(edit), undo).catch(async (error: unknown) => {
      await undo();
      throw error;
    });
    return undefined;
  }

  async #tell(generation: Generation, { plugin, keys }: ConfigChange): Promise<void> {
    const { configs, failures } = this.#options;
    const { manifest } = generation.release;
    try {
      const info = { keys, config: configs.resolved(manifest) };
      await generation.call('onConfigChange', manifest.limits.onEnableMs, info);
    } catch (error) {
      failures.record(plugin, 'onConfigChange', error);
    }
  }

  /** Puts the keys of a change back to what they were; at the second call it is done already. */
  #undo(manifest: PluginManifest, { plugin, keys, before, revision }: ConfigChange): () => Promise<void> {
    const { configs, failures } = this.#options;
    const type = 'plugin:config-restored' as const;
    const reason = 'the plugin did not start with the new values';
    const next = (stored: JsonObject): JsonObject => {
      const others = Object.entries(stored).filter(([key]) => !keys.includes(key));
      const former = Object.entries(before).filter(([key]) => keys.includes(key));
      return Object.fromEntries([...others, ...former]);
    };
    let undone: Promise<void> | undefined;
    const undo = async (): Promise<void> => {
      try {
        const data = { undone: revision };
        const change = await configs.save(manifest, { next, actor: 'system', type, data, reason });
        if (change) this.#announce(change, type);
      } catch (error) {
        failures.record(plugin, 'putting its settings back', error);
      }
    };
    return () => (undone ??= undo());
  }

  async #valuesAt(name: string, revision: number): Promise<JsonObject> {
    const { store, configs } = this.#options;
    if (revision === 0) return {};
    const [record]: ConfigRevisionRecord[] = await store.configRevisions(name, { before: revision + 1, limit: 1 });
    if (record?.revision === revision) return configs.cipher.open(name, record.config);
    const message = `The configuration of "${name}" has no revision ${revision}.`;
    throw new PluginError('CONFIG_REVISION_NOT_FOUND', message, { plugin: name });
  }

  #announce({ plugin, keys, actor, revision }: ConfigChange, type: string): void {
    this.#options.announcer.announce({ plugin, type, actor, data: { keys: [...keys], revision } });
  }
}

function editedBy({ expectedRevision, ...origin }: ConfigCommand): Omit<ConfigEdit, 'next'> {
  return { ...giverOf(origin), expectedRevision };
}

function liveGeneration({ generation }: PluginSupervisor): Generation | undefined {
  return generation?.scope.isLive ? generation : undefined;
}

/** The command that a change is part of. */
function commandIn({ actor, trace }: ConfigEdit): CommandRequest {
  return { actor, reason: trace?.reason, request: trace?.request };
}

/** The live generation, if it can be told of a change. */
function hotGeneration(supervisor: PluginSupervisor): Generation | undefined {
  const generation = liveGeneration(supervisor);
  return generation?.has('onConfigChange') ? generation : undefined;
}

function effectOf(supervisor: PluginSupervisor): PluginConfigState['effect'] {
  const generation = liveGeneration(supervisor);
  if (!generation) return 'later';
  return generation.has('onConfigChange') ? 'hot' : 'reload';
}

async function assertAgreed(supervisor: PluginSupervisor, config: JsonObject): Promise<void> {
  const generation = liveGeneration(supervisor);
  const { errors } = generation ? await askPlugin(generation, structuredClone(config)) : { errors: [] };
  if (errors.length > 0) throw configInvalid(supervisor.plugin, errors);
}
