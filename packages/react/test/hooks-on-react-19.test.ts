import { describeAdmin } from './admin.suite.tsx';
import { describeAdminTelling } from './admin-telling.suite.tsx';
import { describeCharts } from './charts.suite.tsx';
import { describeEditing } from './editing.suite.tsx';
import { describeEveryHook } from './every-hook.suite.tsx';
import { describeFrontends } from './frontends.suite.tsx';
import { describeHooks } from './hooks.suite.tsx';
import { describeObserving } from './observing.suite.tsx';

describeHooks('19.3.1');
describeEveryHook('19.3.1');
describeEditing('19.3.1');
describeObserving('19.3.1');
describeFrontends('19.3.1');
describeCharts('19.3.1');
describeAdmin('19.3.1');
describeAdminTelling('19.3.1');
