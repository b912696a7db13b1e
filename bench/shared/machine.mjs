import { spawnSync } from 'node:child_process';
import os from 'node:os';

/** What the figures are taken on. */
export function describeMachine() {
  const cpus = os.cpus();
  return {
    node: process.version,
    cores: cpus.length,
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    system: `${os.platform()} ${os.arch()}`,
    load: os.loadavg()[0],
    date: new Date().toISOString().slice(0, 10),
    commit: presentCommit(),
  };
}

/** The commit that is checked out; "+" says that files have been changed since. */
function presentCommit() {
  const git = (...args) => spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).stdout?.trim();
  const commit = git('rev-parse', '--short', 'HEAD');
  if (!commit) return 'unknown';
  return git('status', '--porcelain', '--', ':(top)', ':(exclude,top)docs') === '' ? commit : `${commit}+`;
}
