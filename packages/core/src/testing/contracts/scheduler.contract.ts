import { describe, expect, it } from 'vitest';
import type { Clock } from '../../ports/clock.ts';
import type { Scheduler } from '../../ports/scheduler.ts';
import { createManualClock, type ManualClock } from '../manual-clock.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** What is expected of one expression around a change of the clocks; times are ISO 8601 without `:00Z`. */
interface Passage {
  readonly zone: string;
  readonly expression: string;
  readonly from: string;
  readonly until: string;
  readonly slots: readonly string[];
}

const passages: readonly Passage[] = [
  {
    zone: 'Europe/Berlin',
    expression: '30 2 * * *',
    from: '2026-03-28T00:00',
    until: '2026-03-31T00:00',
    slots: ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'],
  },
  {
    zone: 'Europe/Berlin',
    expression: '0 30 2 * * *',
    from: '2026-10-24T00:00',
    until: '2026-10-27T00:00',
    slots: ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
  },
  {
    zone: 'Europe/Berlin',
    expression: '0,30 2,3 * * *',
    from: '2026-03-28T22:00',
    until: '2026-03-29T22:00',
    slots: ['2026-03-29T01:00', '2026-03-29T01:30'],
  },
  {
    zone: 'America/New_York',
    expression: '30 2 * * *',
    from: '2026-03-07T00:00',
    until: '2026-03-10T00:00',
    slots: ['2026-03-07T07:30', '2026-03-08T07:00', '2026-03-09T06:30'],
  },
  {
    zone: 'America/New_York',
    expression: '30 1 * * SUN',
    from: '2026-10-25T12:00',
    until: '2026-11-09T00:00',
    slots: ['2026-11-01T05:30', '2026-11-08T06:30'],
  },
  {
    zone: 'Australia/Lord_Howe',
    expression: '15 2 * * *',
    from: '2026-10-03T00:00',
    until: '2026-10-06T00:00',
    slots: ['2026-10-03T15:30', '2026-10-04T15:15', '2026-10-05T15:15'],
  },
  {
    zone: 'Australia/Lord_Howe',
    expression: '45 1 * * *',
    from: '2026-04-03T00:00',
    until: '2026-04-06T00:00',
    slots: ['2026-04-03T14:45', '2026-04-04T14:45', '2026-04-05T15:15'],
  },
  {
    zone: 'Europe/Berlin',
    expression: '0 0 L * *',
    from: '2026-01-01T00:00',
    until: '2026-06-01T00:00',
    slots: ['2026-01-30T23:00', '2026-02-27T23:00', '2026-03-30T22:00', '2026-04-29T22:00', '2026-05-30T22:00'],
  },
  {
    zone: 'Asia/Kolkata',
    expression: '0 9 * * mon-wed',
    from: '2026-03-28T00:00',
    until: '2026-04-06T00:00',
    slots: ['2026-03-30T03:30', '2026-03-31T03:30', '2026-04-01T03:30'],
  },
];

/** Changes of the clocks that expressions by the clock's round go through without noticing. */
const steady: readonly (readonly [zone: string, expression: string, from: string, every: number])[] = [
  ['Europe/Berlin', '* * * * *', '2026-03-29T00:00', minute],
  ['Europe/Berlin', '* * * * *', '2026-10-24T23:00', minute],
  ['Europe/Berlin', '0 * * * *', '2026-10-24T20:00', hour],
  ['Europe/Berlin', '0 * * * *', '2026-03-28T20:00', hour],
  ['Europe/Berlin', '*/10 * * * * *', '2026-10-24T23:58', 10 * second],
  ['America/New_York', '*/20 * * * *', '2026-11-01T04:00', 20 * minute],
  ['Australia/Lord_Howe', '*/30 * * * *', '2026-04-04T13:00', 30 * minute],
  ['Australia/Lord_Howe', '* * * * *', '2026-10-03T14:00', minute],
];

/** The promises of every scheduler; call it from a test file with what makes one on a clock. */
export function describeScheduler(name: string, create: (clock: Clock) => Scheduler): void {
  describe(`${name}: scheduler`, () => {
    it.each(passages)('$expression in $zone from $from comes when it should', ({ zone, expression, ...passage }) => {
      const from = Date.parse(`${passage.from}Z`);
      const until = Date.parse(`${passage.until}Z`);
      const slots = passage.slots.map((slot) => `${slot}:00.000Z`);
      expect(ticked(create, { expression, timezone: zone, from, ms: until - from }).map(iso)).toEqual(slots);
      expect(foretold(create(createManualClock(from)), { expression, zone, from, until }).map(iso)).toEqual(slots);
    });

    it.each(steady)('in %s %s goes on through %s without gap or doubling', (timezone, expression, begin, every) => {
      const from = Date.parse(`${begin}Z`);
      const count = Math.min(240, (6 * hour) / every);
      const slots = ticked(create, { expression, timezone, from, ms: count * every });
      expect(slots.map(iso)).toEqual(Array.from({ length: count }, (_, index) => iso(from + (index + 1) * every)));
    });

    it('a slot that is further away than timers of Node can wait comes in time', () => {
      const from = Date.UTC(2026, 0, 1);
      const slots = ticked(create, { expression: '0 0 1 7 *', timezone: 'UTC', from, ms: 200 * day });
      expect(slots.map(iso)).toEqual(['2026-07-01T00:00:00.000Z']);
    });

    it('after a machine slept, a job ticks once for all that it missed, and then as before', () => {
      const clock = createManualClock(Date.UTC(2026, 0, 1));
      const slots: number[] = [];
      const stop = create(clock).schedule({
        expression: '* * * * *',
        timezone: 'UTC',
        tick: (slot) => slots.push(slot),
      });
      clock.advance(2 * minute);
      clock.shiftDate(5 * hour);
      clock.advance(2 * minute);
      expect(slots).toHaveLength(4);
      expect(slots.slice(-1).map(iso)).toEqual(['2026-01-01T05:04:00.000Z']);
      expectDistinct(slots);
      stop();
    });

    it('a date that is set on wakes a job within a minute', () => {
      const clock = createManualClock(Date.UTC(2026, 0, 1));
      const slots: number[] = [];
      const stop = create(clock).schedule({
        expression: '0 3 * * *',
        timezone: 'UTC',
        tick: (slot) => slots.push(slot),
      });
      clock.shiftDate(4 * hour);
      clock.advance(minute);
      expect(slots.map(iso)).toEqual(['2026-01-01T03:00:00.000Z']);
      clock.advance(hour);
      expect(slots).toHaveLength(1);
      stop();
    });

    it('a date that is set back a little brings no slot twice; set back by days, jobs go on by it', () => {
      const clock = createManualClock(Date.UTC(2026, 0, 10));
      const slots: number[] = [];
      const stop = create(clock).schedule({
        expression: '* * * * *',
        timezone: 'UTC',
        tick: (slot) => slots.push(slot),
      });
      clock.advance(minute);
      clock.shiftDate(-5 * second);
      clock.advance(2 * minute);
      expect(slots.map(iso)).toEqual(['2026-01-10T00:01:00.000Z', '2026-01-10T00:02:00.000Z']);
      clock.shiftDate(-3 * day);
      clock.advance(3 * minute);
      const later = slots.slice(2).map(iso);
      expect(later.length).toBeGreaterThanOrEqual(2);
      expect(later.every((slot) => slot.startsWith('2026-01-07T00:0'))).toBe(true);
      stop();
    });

    it('a job that is to go on from an earlier moment makes up for what it missed by one tick', () => {
      const now = Date.UTC(2026, 0, 1, 0, 10);
      const clock = createManualClock(now);
      const slots: number[] = [];
      const times = { expression: '* * * * *', timezone: 'UTC' };
      const stop = create(clock).schedule({ ...times, after: now - 5 * minute, tick: (slot) => slots.push(slot) });
      expect(slots).toEqual([]);
      clock.advance(0);
      expect(slots.map(iso)).toEqual(['2026-01-01T00:06:00.000Z']);
      clock.advance(minute);
      expect(slots.slice(1).map(iso)).toEqual(['2026-01-01T00:11:00.000Z']);
      stop();
    });

    it('a job that is stopped ticks no more, also by another job in the same moment, and leaves no timer', () => {
      const clock = createManualClock();
      const scheduler = create(clock);
      const ticks: string[] = [];
      const times = { expression: '* * * * *', timezone: 'UTC' };
      const stopFirst = scheduler.schedule({
        ...times,
        tick: () => {
          ticks.push('first');
          stopSecond();
        },
      });
      const stopSecond = scheduler.schedule({ ...times, tick: () => ticks.push('second') });
      clock.advance(2 * minute);
      expect(ticks).toEqual(['first', 'first']);
      stopFirst();
      expect(clock.pending()).toBe(0);
    });

    it.each(['', 'often', '* * * *', '* * * * * * *', '61 * * * *', '0 0 30 2 *', '2026-01-01T00:00:00'])(
      'refuses %j with TASK_INVALID',
      (expression) => {
        expect(() => create(createManualClock()).validate(expression)).toThrow(
          expect.objectContaining({ code: 'TASK_INVALID' }),
        );
      },
    );

    it('refuses a time zone that there is not with TASK_INVALID', () => {
      expect(() => create(createManualClock()).validate('* * * * *', 'Mars/Olympus')).toThrow(
        expect.objectContaining({ code: 'TASK_INVALID', message: expect.stringContaining('Mars/Olympus') }),
      );
    });
  });
}

interface Ticking {
  readonly expression: string;
  readonly timezone: string;
  readonly from: number;
  readonly ms: number;
}

/** The slots of a job while a clock goes on; each tick comes at its slot. */
function ticked(create: (clock: Clock) => Scheduler, { expression, timezone, from, ms }: Ticking): number[] {
  const clock: ManualClock = createManualClock(from);
  const slots: number[] = [];
  const tick = (slot: number): void => {
    expect(clock.now()).toBe(slot);
    slots.push(slot);
  };
  const stop = create(clock).schedule({ expression, timezone, tick });
  clock.advance(ms);
  stop();
  expect(clock.pending()).toBe(0);
  return slots;
}

function foretold(
  scheduler: Scheduler,
  { expression, zone, from, until }: { expression: string; zone: string; from: number; until: number },
): number[] {
  const slots: number[] = [];
  let next = scheduler.next({ expression, timezone: zone }, from);
  while (next !== undefined && next < until) {
    slots.push(next);
    next = scheduler.next({ expression, timezone: zone }, next);
  }
  return slots;
}

function expectDistinct(slots: readonly number[]): void {
  expect(new Set(slots).size).toBe(slots.length);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
