import { describe, expect, it, vi } from 'vitest';
import { EventBus } from './event-bus.ts';

describe('the event bus', () => {
  it('calls listeners in the order of registration and says how many there were', () => {
    const bus = new EventBus(() => undefined);
    const seen: string[] = [];
    bus.on('saved', (data, event) => seen.push(`first ${event} ${String(data)}`));
    bus.on('saved', (data, event) => seen.push(`second ${event} ${String(data)}`));
    bus.on('other', () => seen.push('never'));
    expect(bus.emit('saved', 7)).toBe(2);
    expect(seen).toEqual(['first saved 7', 'second saved 7']);
    expect(bus.emit('nobody')).toBe(0);
  });

  it('goes on after a listener that throws and one that rejects, and reports both', async () => {
    const onFailure = vi.fn();
    const bus = new EventBus(onFailure);
    const last = vi.fn();
    bus.on('saved', () => {
      throw new Error('sync');
    });
    bus.on('saved', () => Promise.reject(new Error('async')));
    bus.on('saved', last);
    expect(bus.emit('saved')).toBe(3);
    expect(last).toHaveBeenCalledOnce();
    await expect
      .poll(() => onFailure.mock.calls)
      .toEqual([
        ['saved', new Error('sync')],
        ['saved', new Error('async')],
      ]);
  });

  it('hears the same function twice when it was registered twice, and stops each on its own', () => {
    const bus = new EventBus(() => undefined);
    const listener = vi.fn();
    const stop = bus.on('saved', listener);
    bus.on('saved', listener);
    bus.emit('saved');
    stop();
    stop();
    bus.emit('saved');
    expect(listener).toHaveBeenCalledTimes(3);
    expect(bus.listenerCount('saved')).toBe(1);
    expect(bus.listenerCount()).toBe(1);
  });

  it('delivers an event to those who listened when it was sent, whoever joins or leaves meanwhile', () => {
    const bus = new EventBus(() => undefined);
    const late = vi.fn();
    const leaving = vi.fn();
    let stopLeaving = (): void => undefined;
    bus.on('saved', () => {
      bus.on('saved', late);
      stopLeaving();
    });
    stopLeaving = bus.on('saved', leaving);
    bus.emit('saved');
    expect(late).not.toHaveBeenCalled();
    bus.emit('saved');
    expect(late).toHaveBeenCalledOnce();
    expect(leaving).toHaveBeenCalledOnce();
  });

  it('keeps events with names that mean something to JavaScript apart', () => {
    const bus = new EventBus(() => undefined);
    for (const name of ['__proto__', 'constructor', 'toString']) expect(bus.emit(name)).toBe(0);
    const listener = vi.fn();
    bus.on('__proto__', listener);
    expect(bus.emit('__proto__', 1)).toBe(1);
    expect(bus.emit('constructor', 1)).toBe(0);
  });
});
