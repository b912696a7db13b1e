/** Bodies of handlers that never come to an end, and how a process gets over them. */
export const stallKinds: Readonly<Record<string, string>> = {
  'a loop in a handler': 'for (;;);',
  'a loop after an await': 'await null; for (;;) await null;',
  'a loop in a timer': 'setTimeout(() => { for (;;); }, 1); await new Promise(() => {});',
  'a regular expression that backtracks for ever': "/^(a+)+$/.test('a'.repeat(60) + 'b');",
  'a loop that catches everything': 'for (;;) { try { for (;;); } catch {} finally {} }',
  'a sort without an end': 'const a = [3, 1, 2]; for (;;) a.sort(() => Math.random() - 0.5);',
  'a wait for memory that nobody changes': 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
  'text without an end in native code': 'const a = new Array(1e5).fill({ a: 1 }); for (;;) JSON.stringify(a);',
  'a loop while the answer is serialised': 'return { get x() { for (;;); } };',
  'callbacks of nextTick without an end': 'const f = () => process.nextTick(f); f(); await new Promise(() => {});',
  'a wait for another process': "execSync('sleep 60');",
};

/** What can only be ended from outside of the process. */
export const unreachable: ReadonlySet<string> = new Set(['a wait for another process']);
