'use client';

import { useMemo } from 'react';
import { useMessages } from './use-messages.ts';

/** How moments and numbers are written in the language of the panel. */
export interface Formats {
  /** The time of a day, to the second. */
  readonly time: (at: string) => string;
  /** Day and time. */
  readonly moment: (at: string) => string;
  readonly number: (value: number) => string;
  readonly percent: (value: number) => string;
}

/** How day and time are written: months by name, as 3/12 is a day in March or in December. */
export const momentStyle = { dateStyle: 'medium', timeStyle: 'medium' } as const;

/** Gives the formats; the same ones at every render. */
export function useFormats(): Formats {
  const { locale } = useMessages();
  return useMemo(() => {
    const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
    const moment = new Intl.DateTimeFormat(locale, momentStyle);
    const number = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
    const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
    return {
      time: (at) => time.format(Date.parse(at)),
      moment: (at) => moment.format(Date.parse(at)),
      number: (value) => number.format(value),
      percent: (value) => percent.format(value),
    };
  }, [locale]);
}
