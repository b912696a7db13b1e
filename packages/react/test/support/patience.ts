import { configure } from '@testing-library/dom';

// a machine that does other things too may need more than the second that is the default
configure({ asyncUtilTimeout: 15_000 });
