import { parseArgs } from 'node:util';

/** What `--help` prints. `options` are lines of option and meaning beside those that every command has. */
export function helpText({ command, sections, options, document, ending }) {
  const lines = [
    ...options.map(({ usage, meaning }) => [usage, meaning]),
    ['--json', 'figures as JSON instead of tables'],
    ['--write', `puts the figures into ${document}`],
  ];
  return `${command} -- [sections] [options]

Sections, all of them by default:
${sections.map(({ name, title }) => `  ${name.padEnd(20)}${title}`).join('\n')}

Options:
  --quick             small sizes, to see that it works
${lines.map(([usage, meaning]) => `  ${usage.padEnd(20)}${meaning}`).join('\n')}

${ending}
`;
}

/**
 * Reads the arguments of a command that runs sections; `undefined` when help is asked for. Throws what is wrong with
 * them. An option is read by its `read(text, name)`; one without is a switch.
 */
export function readCommandLine(args, { sections, options }) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(['quick', 'json', 'write', 'help'].map((name) => [name, { type: 'boolean' }])),
      ...Object.fromEntries(options.map(({ name, read }) => [name, { type: read ? 'string' : 'boolean' }])),
    },
  });
  if (values.help) return undefined;
  const names = sections.map(({ name }) => name);
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`there is no section "${unknown}"; there are ${names.join(', ')}`);
  const own = options.map(({ name, read }) => {
    const given = values[name];
    return [name, read && given !== undefined ? read(given, name) : given];
  });
  return {
    chosen: sections.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    asked: { quick: values.quick ?? false, ...Object.fromEntries(own) },
    json: values.json ?? false,
    write: values.write ?? false,
  };
}

/** Reads the value of an option as a whole number above 0. */
export function wholeNumber(text, option) {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${option}: "${text}" is not a whole number above 0`);
}
