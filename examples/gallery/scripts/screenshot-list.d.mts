export interface Screenshot {
  readonly state: string;
  readonly width: number;
  readonly height: number;
}
export declare const screenshots: readonly Screenshot[];
export declare const themes: readonly ('light' | 'dark')[];
export declare const scale: number;
export declare function fileOf(screenshot: Screenshot, theme: 'light' | 'dark'): string;
