import { createCronScheduler } from '../src/capabilities/tasks/cron-scheduler.ts';
import { describeScheduler } from '../src/testing/contracts/index.ts';

describeScheduler('cron', createCronScheduler);
