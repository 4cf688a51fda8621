import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Drop } from '#client/upload/collect.ts';
import { uploadDrops } from '#client/upload/upload-files.ts';
import { memoryStore } from '#core/store/memory.ts';
import { folderOf } from './folder.ts';

const FILES = 17;
/** So many keys are listed for 17 files. */
const LISTED = FILES * 8;
const name = (i: number) => `z${String(i).padStart(2, '0')}.txt`;

/** Files of `size`, whatever they hold, as a command would find them. */
function fileDrops(size = 9): Drop[] {
  const names = Array.from({ length: FILES }, (_, i) => name(i));
  const folder = folderOf(Object.fromEntries(names.map((one) => [one, `content of ${one}`])), 'd');
  return names.map((one) => ({ type: 'file', key: `d/${one}`, file: { path: join(folder, one), name: one, size } }));
}

test.each([LISTED - 1, LISTED, LISTED + 1])(
  'behind %i other keys, files that lie there are not sent again',
  async (others) => {
    const drop = memoryStore({ bucket: 'drop', versioned: true });
    for (let i = 0; i < others; i++) await drop.put(`d/a${i}`, '');
    const drops = fileDrops();
    const first = await uploadDrops(drop, drops, () => undefined);
    expect(first.uploaded).toHaveLength(FILES);
    expect(await uploadDrops(drop, drops, () => undefined)).toEqual({ uploaded: [], unchanged: first.uploaded });
  },
);

test('a file of 2 GiB is refused before it is read', async () => {
  const drop = memoryStore({ bucket: 'drop', versioned: true });
  const send = (size: number) => uploadDrops(drop, fileDrops(size).slice(0, 1), () => undefined);
  await expect(send(2 ** 31)).rejects.toThrow('2 GiB');
  expect((await send(2 ** 31 - 1)).uploaded).toHaveLength(1);
});
