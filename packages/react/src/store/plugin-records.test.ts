import type { PluginDetail, PluginState, PluginSummary } from '@catalyst-plugins/core/protocol';
import { describe, expect, it } from 'vitest';
import { PluginRecords } from './plugin-records.ts';

describe('what is known about plugins', () => {
  it('is what the newest answer says, in whatever order answers arrive', () => {
    const records = new PluginRecords();
    const [early, late] = [records.ask(), records.ask()];
    records.takeDetail(late, detail('chat', 5, 'disabled'));
    records.takeList(early, [summary('chat', 4, 'active')]);
    expect(statesIn(records)).toEqual({ chat: 'disabled' });
  });

  it('is what was asked last when two answers are of the same revision', () => {
    const records = new PluginRecords();
    const [early, late] = [records.ask(), records.ask()];
    records.takeList(late, [summary('chat', 4, 'active')]);
    records.takeList(early, [summary('chat', 4, 'loading')]);
    expect(statesIn(records)).toEqual({ chat: 'active' });
  });

  it('keeps a plugin that is newer than a list without it, and does not bring back one that is gone', () => {
    const records = new PluginRecords();
    const [list, one] = [records.ask(), records.ask()];
    records.takeDetail(one, detail('chat', 5));
    records.takeList(list, [summary('poll', 4)]);
    expect(statesIn(records)).toEqual({ chat: 'active', poll: 'active' });
    const [old, recent] = [records.ask(), records.ask()];
    records.takeList(recent, [summary('poll', 9)]);
    records.takeDetail(old, detail('chat', 6));
    expect(statesIn(records)).toEqual({ poll: 'active' });
    expect(records.details('chat')).toBeUndefined();
  });

  it('keeps details whose answer a list has overtaken', () => {
    const records = new PluginRecords();
    const [one, list] = [records.ask(), records.ask()];
    records.takeList(list, [summary('chat', 6, 'disabled')]);
    records.takeDetail(one, detail('chat', 5, 'active'));
    expect(statesIn(records)).toEqual({ chat: 'disabled' });
    expect(records.details('chat')).toMatchObject({ rev: 5, configRevision: 0 });
  });

  it('follows a server that counts from the start again, and nothing that the old one still says', () => {
    const records = new PluginRecords();
    records.takeList(records.ask(), [summary('chat', 500, 'active')]);
    const toTheOldServer = records.ask();
    records.takeList(records.ask(), [summary('chat', 3, 'failed')]);
    records.takeList(toTheOldServer, [summary('chat', 501, 'disabled')]);
    expect(statesIn(records)).toEqual({ chat: 'failed' });
  });

  it('takes an empty list, and a plugin that comes after it', () => {
    const records = new PluginRecords();
    records.takeList(records.ask(), [summary('chat', 5)]);
    records.takeList(records.ask(), []);
    expect(statesIn(records)).toEqual({});
    records.takeDetail(records.ask(), detail('chat', 7));
    expect(statesIn(records)).toEqual({ chat: 'active' });
  });

  it('keeps the same objects while only their revision grows', () => {
    const records = new PluginRecords();
    records.takeDetail(records.ask(), detail('chat', 5));
    const [before, detailsBefore] = [records.summaries()[0], records.details('chat')];
    records.takeDetail(records.ask(), detail('chat', 6));
    expect(records.summaries()[0]).toBe(before);
    expect(records.details('chat')).toBe(detailsBefore);
    records.takeDetail(records.ask(), detail('chat', 7, 'disabled'));
    expect(records.summaries()[0]).not.toBe(before);
  });
});

function statesIn(records: PluginRecords): Record<string, PluginState> {
  return Object.fromEntries(records.summaries().map(({ name, state }) => [name, state]));
}

function summary(name: string, rev: number, state: PluginState = 'active'): PluginSummary {
  return {
    name,
    displayName: name,
    version: '1.0.0',
    description: '',
    author: null,
    state,
    enabled: true,
    reason: null,
    error: null,
    lastFailure: null,
    generation: 1,
    runtime: 'module',
    activeRequests: 0,
    canRollback: false,
    hasFrontend: false,
    permissions: [],
    warnings: [],
    rev,
  };
}

function detail(name: string, rev: number, state?: PluginState): PluginDetail {
  const nothing = { registrations: [], releases: [], leftBehind: [], retired: [] };
  return { ...summary(name, rev, state), manifest: { name }, config: {}, configRevision: 0, ...nothing };
}
