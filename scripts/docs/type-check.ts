import path from 'node:path';
import ts from 'typescript';
import { root, type Block } from './pages.ts';

/** Checks TypeScript blocks as files of the example host or of the React package; returns what the compiler says. */
export function typeCheck(blocks: readonly Block[]): string[] {
  const files = new Map(blocks.map((block, index) => [fileName(block, index), block]));
  const options = readOptions();
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram([...files.keys()], options, {
    ...host,
    readFile: (file) => files.get(file)?.text ?? host.readFile(file),
    fileExists: (file) => files.has(file) || host.fileExists(file),
    getSourceFile: (file, target, ...rest) => {
      const block = files.get(file);
      return block ? ts.createSourceFile(file, block.text, target) : host.getSourceFile(file, target, ...rest);
    },
  });
  return [...files].flatMap(([file, block]) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => `${block.at}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  });
}

/** The names of the members of an interface. */
export function membersOf(file: string, name: string): string[] {
  const text = ts.sys.readFile(path.join(root, file)) ?? '';
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const members = source.statements.flatMap((statement) =>
    ts.isInterfaceDeclaration(statement) && statement.name.text === name ? [...statement.members] : [],
  );
  if (members.length === 0) throw new Error(`${file} has no interface ${name}`);
  return [...new Set(members.map((member) => member.name?.getText(source) ?? ''))];
}

// In these folders the blocks see what an application sees: the packages of the workspace by their names.
function fileName({ language, text }: Block, index: number): string {
  const folder = text.includes("'@catalyst-plugins/react") ? 'packages/react/src' : 'examples/host/src';
  return path.join(root, folder, `docs-block-${index}.${language}`);
}

function readOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.base.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return {
    ...options,
    composite: false,
    declaration: false,
    declarationMap: false,
    noEmit: true,
    jsx: ts.JsxEmit.ReactJSX,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
    typeRoots: [path.join(root, 'node_modules/@types')],
  };
}
