import { describe, expect, it, vi } from 'vitest';
import { LiveEvents } from './live-events.ts';

const event = (type: string) => ({
  type,
  plugin: 'demo',
  pluginId: 'id',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: {},
});

function filled(capacity: number, count: number): LiveEvents {
  const events = new LiveEvents(capacity, () => undefined);
  for (let number = 1; number <= count; number += 1) events.publish(event(`e${number}`));
  return events;
}

describe('live events', () => {
  it('are numbered without gaps and reach every reader in order', () => {
    const events = new LiveEvents(10, () => undefined);
    const seen: number[] = [];
    events.subscribe(({ seq }) => seen.push(seq));
    const stop = events.subscribe(({ seq }) => seen.push(-seq));
    events.publish(event('a'));
    stop();
    events.publish(event('b'));
    expect(seen).toEqual([1, -1, 2]);
    expect(events.seq).toBe(2);
  });

  it('can be had again after any number that is still kept', () => {
    const events = filled(3, 5);
    expect(events.since(5)).toEqual([]);
    expect(events.since(3)?.map(({ type }) => type)).toEqual(['e4', 'e5']);
    expect(events.since(2)?.map(({ seq }) => seq)).toEqual([3, 4, 5]);
    const [fourth] = events.since(3) ?? [];
    expect(events.since(fourth?.id ?? '')?.map(({ seq }) => seq)).toEqual([5]);
    expect(events.since(events.id)).toEqual([]);
  });

  it('have an id that no other host gives, before the first event too', () => {
    const hosts = [filled(3, 0), filled(3, 0)] as const;
    expect(hosts[0].since(hosts[0].id)).toEqual([]);
    expect(hosts[0].since(hosts[1].id)).toBeUndefined();
  });

  it.each(['', '0', '3', 'x', '-3', '3.0', '1e0', ' 3', 'Infinity', 'NaN'])(
    'are undefined after "%s", which is no id',
    (text) => {
      const events = filled(9, 5);
      const boot = events.id.slice(0, -1);
      expect(events.since(text)).toBeUndefined();
      if (!/^\d+$/.test(text)) expect(events.since(`${boot}${text}`)).toBeUndefined();
    },
  );

  it('are undefined for a reader who missed more than is kept, or who knows a number of another process', () => {
    expect(filled(3, 5).since(1)).toBeUndefined();
    expect(filled(3, 5).since(6)).toBeUndefined();
    expect(filled(3, 5).since(filled(3, 4).id)).toBeUndefined();
    expect(filled(3, 0).since(0)).toEqual([]);
  });

  it('reach the other readers although one throws, and the publisher never hears of it', () => {
    const onFailure = vi.fn();
    const events = new LiveEvents(3, onFailure);
    events.subscribe(() => {
      throw new Error('connection gone');
    });
    const second = vi.fn();
    events.subscribe(second);
    events.publish(event('a'));
    expect(second).toHaveBeenCalledOnce();
    expect(onFailure).toHaveBeenCalledWith(new Error('connection gone'));
  });
});
