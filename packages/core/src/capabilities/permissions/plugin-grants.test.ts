import { expect, it } from 'vitest';
import { PluginGrants } from './plugin-grants.ts';

function grantsOf(asked: readonly string[], decided: Record<string, boolean>, undecided = false): PluginGrants {
  const grants = new PluginGrants({ asked: (plugin) => (plugin === 'demo' ? asked : []), undecided });
  grants.load('demo', decided);
  return grants;
}

it.each<[what: string, asked: string[], decided: Record<string, boolean>, permission: string, has: boolean]>([
  ['what was granted', ['users.read'], { 'users.read': true }, 'users.read', true],
  ['not what was revoked', ['users.read'], { 'users.read': false }, 'users.read', false],
  ['not what nobody decided about', ['users.read'], {}, 'users.read', false],
  ['not what it does not ask for any more', [], { 'users.read': true }, 'users.read', false],
  ['reading by writing', ['users.write'], { 'users.write': true }, 'users.read', true],
  ['not writing by reading', ['users.read'], { 'users.read': true }, 'users.write', false],
  ['not reading by writing that was revoked', ['users.write'], { 'users.write': false }, 'users.read', false],
  ['everything of a model', ['users.*'], { 'users.*': true }, 'users.write', true],
  ['not another model', ['users.*'], { 'users.*': true }, 'usersettings.read', false],
  ['everything below', ['a.*'], { 'a.*': true }, 'a.b.read', true],
  ['everything', ['*'], { '*': true }, 'users.write', true],
  ['all but one', ['*', 'users.read'], { '*': true, 'users.read': false }, 'users.read', false],
  ['one although not all', ['*', 'users.read'], { '*': false, 'users.read': true }, 'users.read', true],
  ['the narrower first', ['*', 'users.*'], { '*': true, 'users.*': false }, 'users.read', false],
  ['not by another name what was revoked', ['*', 'user.read'], { '*': true, 'user.read': false }, 'User.read', false],
  ['not what was revoked by another name', ['*', 'User.*'], { '*': true, 'User.*': false }, 'user.write', false],
  [
    'by one name what was not decided by another',
    ['User.read', 'user.write'],
    { 'User.read': true },
    'user.read',
    true,
  ],
  [
    'not what was granted by one name and revoked by another',
    ['user.a', 'User.a'],
    { 'user.a': true, 'User.a': false },
    'user.a',
    false,
  ],
  ['reading by writing under another name', ['User.write'], { 'User.write': true }, 'user.read', true],
  ['no name that objects have', ['a'], { a: true }, 'constructor', false],
])('a plugin has %s', (_, asked, decided, permission, has) => {
  const names = permission.startsWith('user.') ? [permission, permission.replace('user', 'User')] : [permission];
  if (permission.startsWith('User.')) names.push(permission.replace('User', 'user'));
  expect(grantsOf(asked, decided).has('demo', ...names)).toBe(has);
});

it('a plugin has everything that it asks for and that was not revoked, where nobody is asked', () => {
  const grants = grantsOf(['a', 'b'], { b: false }, true);
  expect(['a', 'b', 'c'].map((permission) => grants.has('demo', permission))).toEqual([true, false, false]);
});

it('a plugin has nothing of what another one was granted, nor after it was forgotten', () => {
  const grants = grantsOf(['a'], { a: true });
  expect(grants.has('other', 'a')).toBe(false);
  grants.forget('demo');
  expect(grants.has('demo', 'a')).toBe(false);
});
