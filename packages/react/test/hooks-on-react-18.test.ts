import { createRequire } from 'node:module';
import { vi } from 'vitest';

// the same suite and the same sources, but whoever imports React gets the other one
const requireHere = createRequire(import.meta.url);
const require18 = createRequire(requireHere.resolve('react-18-for-tests/package.json'));
const modules = [
  'react',
  'react/jsx-runtime',
  'react/jsx-dev-runtime',
  'react-dom',
  'react-dom/client',
  'react-dom/server',
  'react-dom/test-utils',
];
for (const name of modules) {
  const react18 = require18(name) as object;
  vi.doMock(name, () => ({ ...react18, default: react18 }));
}

const { describeAdmin } = await import('./admin.suite.tsx');
const { describeAdminTelling } = await import('./admin-telling.suite.tsx');
const { describeHooks } = await import('./hooks.suite.tsx');
const { describeCharts } = await import('./charts.suite.tsx');
const { describeEditing } = await import('./editing.suite.tsx');
const { describeEveryHook } = await import('./every-hook.suite.tsx');
const { describeFrontends } = await import('./frontends.suite.tsx');
const { describeObserving } = await import('./observing.suite.tsx');
describeHooks('18.3.1');
describeEveryHook('18.3.1');
describeEditing('18.3.1');
describeObserving('18.3.1');
describeFrontends('18.3.1');
describeCharts('18.3.1');
describeAdmin('18.3.1');
describeAdminTelling('18.3.1');
