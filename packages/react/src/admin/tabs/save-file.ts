/** What a value is as a file. */
export function jsonFile(value: object): Blob {
  return new Blob([JSON.stringify(value, null, 2)], { type: 'application/json' });
}

/** Has the browser save a file. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // the browser has begun to read it by then
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
