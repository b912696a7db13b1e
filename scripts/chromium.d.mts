/** The program of Chromium, if there is one; CHROMIUM_BIN names one explicitly. */
export function findChromium(): string | undefined;
/** Whether tests must not be skipped here. */
export function isCi(): boolean;
/** To be called before the tests; ends the process where they would have to be skipped and must not be. */
export function provideChromium(): void;
