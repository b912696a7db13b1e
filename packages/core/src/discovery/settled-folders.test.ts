import { describe, expect, it, vi } from 'vitest';
import { SettledFolders, type FolderLook, type FolderReading, type SettledFoldersOptions } from './settled-folders.ts';

type Options = SettledFoldersOptions<FolderReading>;

/** Folders with contents that the test decides, and what was taken over of them. */
function setUp(options: Partial<Options>): {
  folders: SettledFolders<FolderReading>;
  taken: string[];
  errors: unknown[];
} {
  const taken: string[] = [];
  const errors: unknown[] = [];
  const folders = new SettledFolders({
    settleMs: 1,
    read: async () => ({ fingerprint: 'same' }),
    look: async () => 'finished',
    take: async (folder, { fingerprint }) => void taken.push(`${folder} ${fingerprint}`),
    onError: (error) => errors.push(error),
    ...options,
  });
  return { folders, taken, errors };
}

const eventually = (expectation: () => void): Promise<void> =>
  vi.waitFor(expectation, { timeout: 10_000, interval: 5 });

describe('the contents of a folder', () => {
  it('are not taken while they look unfinished, and at once when the rest has come', async () => {
    let contents = 'half';
    const look = async (): Promise<FolderLook> => {
      if (contents === 'whole') return 'finished';
      contents = 'whole';
      return 'unfinished';
    };
    const { folders, taken } = setUp({ look, read: async () => ({ fingerprint: contents }) });
    folders.change('demo');
    await eventually(() => expect(taken).toEqual(['demo whole']));
  });

  it.each<FolderLook>(['unfinished', 'gone'])('are taken in the end when they stay %s', async (look) => {
    const { folders, taken } = setUp({ look: async () => look });
    folders.change('demo');
    await eventually(() => expect(taken).toEqual(['demo same']));
  });

  it('are taken at some time although they never stay the same', async () => {
    let count = 0;
    const { folders, taken } = setUp({ read: async () => ({ fingerprint: String((count += 1)) }) });
    folders.change('demo');
    await eventually(() => expect(taken).toHaveLength(1));
  });

  it('are taken once for a thousand changes, and once more for those that come meanwhile', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const taken: string[] = [];
    let contents = 'first';
    const take = async (_folder: string, { fingerprint }: FolderReading): Promise<void> => {
      taken.push(fingerprint);
      await held;
    };
    const { folders } = setUp({ take, read: async () => ({ fingerprint: contents }) });
    for (let index = 0; index < 1_000; index += 1) folders.change('demo');
    await eventually(() => expect(taken).toEqual(['first']));
    contents = 'second';
    for (let index = 0; index < 1_000; index += 1) folders.change('demo');
    release();
    await eventually(() => expect(taken).toEqual(['first', 'second']));
    folders.change('other');
    await eventually(() => expect(taken).toEqual(['first', 'second', 'second']));
  });

  it('are taken whatever happens to other folders', async () => {
    const take = vi.fn<Options['take']>(async (folder) => {
      if (folder === 'stuck') await new Promise(() => undefined);
      if (folder === 'broken') throw new Error('unreadable');
    });
    const { folders, errors } = setUp({ take });
    folders.change('stuck');
    folders.change('broken');
    await eventually(() => expect(errors).toHaveLength(1));
    folders.change('demo');
    folders.change('broken');
    await eventually(() =>
      expect(take.mock.calls.map(([folder]) => folder)).toEqual(['stuck', 'broken', 'demo', 'broken']),
    );
  });

  it('are not taken after the end', async () => {
    const look = vi.fn<Options['look']>(async () => 'unfinished');
    const { folders, taken, errors } = setUp({ look });
    folders.change('demo');
    await eventually(() => expect(look).toHaveBeenCalled());
    folders.close();
    folders.change('demo');
    const other = setUp({});
    other.folders.change('demo');
    await eventually(() => expect(other.taken).toHaveLength(1));
    expect({ taken, errors }).toEqual({ taken: [], errors: [] });
  });
});
