import { describeHooks } from './hooks.suite.tsx';

describeHooks('19.3.1');
