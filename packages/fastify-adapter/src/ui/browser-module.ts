import { PluginError } from '@catalyst-plugins/core';
import { init, parse } from 'es-module-lexer';
import { sharedModules, sharedVersion } from './shared-modules.ts';

const needsTranspiling = /\.(?:m?ts|tsx|jsx)$/;

/** Whether a file is served as JavaScript, judged by its name. */
export function isBrowserModule(file: string): boolean {
  return /\.m?js$/.test(file) || (needsTranspiling.test(file) && !/\.d\.m?ts$/.test(file));
}

/**
 * The JavaScript that browsers get for a file of a frontend: types and JSX are taken out, and imports of what pages share
 * (`react` and the like) lead to the shared modules. Throws `MODULE_FAILED` for TypeScript and JSX that cannot be read.
 */
export async function browserModule(plugin: string, file: string, text: string): Promise<string> {
  const code = needsTranspiling.test(file) ? await transpiled(plugin, file, text) : text;
  await init();
  // below ui/ there are three more folders: plugins, the name, the hash
  const up = '../'.repeat(3 + file.split('/').length - 1);
  let result = '';
  let done = 0;
  for (const { start, end, name } of importsOf(code)) {
    const shared = sharedModules.get(name);
    if (shared === undefined) continue;
    result += `${code.slice(done, start)}${up}shared/${sharedVersion}/${shared.file}?${shared.hash}`;
    done = end;
  }
  return result + code.slice(done);
}

interface ImportedName {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** The names in import statements and `import('…')`; those of a file that is no module are the browser's to complain about. */
function importsOf(code: string): ImportedName[] {
  let imports: ReturnType<typeof parse>[0];
  try {
    [imports] = parse(code);
  } catch {
    return [];
  }
  return imports.flatMap((found) => {
    if (typeof found.specifier !== 'string') return [];
    // of a dynamic import the quotes are told too
    const quote = found.type === 'dynamic' ? 1 : 0;
    const [start, end] = [found.start + quote, found.end - quote];
    return code.slice(start, end) === found.specifier ? [{ start, end, name: found.specifier }] : [];
  });
}

async function transpiled(plugin: string, file: string, text: string): Promise<string> {
  const { transformSync } = await import('oxc-transform').catch((cause: unknown) => {
    const message = `${file} of "${plugin}" cannot be served: "oxc-transform" has no binary for this machine.`;
    throw new PluginError('MODULE_FAILED', message, { plugin, cause });
  });
  const { code, errors } = transformSync(file, text, { sourceType: 'module', jsx: { runtime: 'automatic' } });
  const [error] = errors;
  if (error) throw new PluginError('MODULE_FAILED', `${file} of "${plugin}": ${error.message}`, { plugin });
  return code;
}
