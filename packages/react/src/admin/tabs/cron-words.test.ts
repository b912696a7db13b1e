import { expect, it } from 'vitest';
import { cronWords } from './cron-words.ts';

it.each([
  ['*/5 * * * *', 'en', 'Every 5 minutes'],
  ['*/10 * * * * *', 'en-GB', 'Every 10 seconds'],
  ['0 3 * * *', 'de', 'Um 03:00'],
  // both are to be met, as the host reads it
  ['30 2 1 * 1', 'en', 'At 02:30 AM, on day 1 of the month, only on Monday'],
  ['@daily', 'en', 'At 12:00 AM'],
  ['0 9 * * monday-friday', 'en', undefined],
  ['*/5 * * * *', 'fr', undefined],
])('the words for %s in %s are: %s', (expression, locale, words) => {
  expect(cronWords(expression, locale)).toBe(words);
});
