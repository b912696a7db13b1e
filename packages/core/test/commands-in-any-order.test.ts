import * as fc from 'fast-check';
import { it } from 'vitest';
import { fuzzing } from './support/fuzzing.ts';
import { createWorld, expectAsModelled, steps, take } from './support/plugin-model.ts';

it('commands and crashes in any order leave the plugin as a small model of it says, and nothing behind', async () => {
  // crashes in a row, with tries between them, are seldom otherwise
  const oftenSteps = fc.constantFrom(...steps, 'crash' as const, 'let a minute pass' as const);
  const histories = fc.array(oftenSteps, { minLength: 1, maxLength: 14 });
  const property = fc.asyncProperty(histories, async (history) => {
    const world = await createWorld();
    const first = world.test;
    try {
      for (const step of history) {
        await take(step, world);
        await expectAsModelled(world);
      }
      await world.test.expectNothingLeft();
    } finally {
      await world.test.host.stop();
      await first[Symbol.asyncDispose]();
    }
  });
  await fc.assert(property, fuzzing('commands', 15));
}, 3_600_000);
