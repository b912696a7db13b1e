// `npm start`: installs, builds, and runs the example host until Ctrl+C.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build, install, root } from './workspace.mjs';

await install();
await build();

const host = spawn(process.execPath, [path.join(root, 'examples', 'host', 'dist', 'main.js')], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => host.kill(signal));
host.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)));
