import type { PluginConfigs } from './capabilities/config/plugin-configs.ts';
import type { GrantReader } from './capabilities/grant-reader.ts';
import { contextBuilder } from './default-capabilities.ts';
import type { ResolvedHostOptions } from './host-options.ts';
import type { HostRecords } from './host-records.ts';
import { createGenerationFactory, type BuildGeneration } from './lifecycle/generation-factory.ts';
import type { PluginRegistry } from './lifecycle/plugin-registry.ts';
import type { HostGateways } from './plugin-host.ts';
import type { PluginData } from './ports/data-transaction.ts';
import { LoopTime } from './scope/loop-time.ts';
import { createMemoryHttpGateway } from './stores/memory/memory-http-gateway.ts';
import { createMemorySocketGateway } from './stores/memory/memory-socket-gateway.ts';

export interface HostGenerationsOptions {
  readonly options: ResolvedHostOptions;
  readonly records: HostRecords;
  readonly registry: PluginRegistry;
  readonly configs: PluginConfigs;
  readonly grants: GrantReader;
  readonly data: PluginData;
  readonly gateways: HostGateways;
}

/** Puts together what makes generations, once the gateways are known. */
export function hostGenerations(parts: HostGenerationsOptions): BuildGeneration {
  const { options, records, configs, gateways, data } = parts;
  const { http = createMemoryHttpGateway(), sockets = createMemorySocketGateway() } = gateways;
  const { announcer, bus, crashes, denials, drops, failures, leaks, logs, meters, stalls } = records;
  return createGenerationFactory({
    ...options,
    runtimes: new Map(options.runtimes.map((runtime) => [runtime.kind, runtime])),
    createContext: contextBuilder({
      ...parts,
      bus,
      tasks: records.tasks.register,
      http,
      sockets,
      onDenied: denials.record,
      onDropped: drops.record,
    }),
    data,
    installIdOf: (plugin) => announcer.installIdOf(plugin),
    attribution: crashes.attribution,
    leaks,
    stalls: stalls.access,
    keeperOf: logs.keeperOf,
    meterOf: (plugin) => meters.of(plugin),
    loopTime: new LoopTime(),
    callTracer: records.tracer,
    redact: (plugin, text) => configs.secrets.redact(plugin, text),
    onFailure: (plugin, label, error) => failures.record(plugin, label, error),
  });
}
