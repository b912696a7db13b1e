import type { PluginMessages } from './plugin-ui.ts';

/** The text of a key in the language of the page, else in English, else in the first language; `{name}` is filled in. */
export function messageIn(
  messages: PluginMessages,
  key: string,
  values: Readonly<Record<string, string | number>> = {},
): string | undefined {
  const language = globalThis.document?.documentElement.lang || globalThis.navigator?.language || 'en';
  const languages = [language, language.split('-')[0] ?? '', 'en', ...Object.keys(messages)];
  const text = languages.map((one) => (Object.hasOwn(messages, one) ? messages[one]?.[key] : undefined)).find(Boolean);
  return text?.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
