import cronstrue from 'cronstrue';
// puts German into it
// oxlint-disable-next-line import/no-unassigned-import
import 'cronstrue/locales/de.js';

const languages = ['en', 'de'] as const;

/** A cron expression in words; absent in other languages, and where there are no words for it. */
export function cronWords(expression: string, locale: string): string | undefined {
  const language = languages.find((one) => locale === one || locale.startsWith(`${one}-`));
  if (language === undefined) return undefined;
  try {
    // a day of the month and a day of the week are to be met both
    return cronstrue.toString(expression, { locale: language, logicalAndDayFields: true });
  } catch {
    return undefined;
  }
}
