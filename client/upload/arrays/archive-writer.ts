// Writes archives of files for an upload; a new one begins where one would grow too large.
import { createWriteStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { ARCHIVE_BYTES, ARCHIVE_ENTRIES, type LocalFile } from '../collect.ts';
import { captionLines } from '../labelled/caption-lines.ts';
import { addEntry } from '../pack-folder.ts';

type Open = {
  readonly zip: ZipFile;
  readonly written: Promise<void>;
  readonly name: string;
  readonly captions: Map<string, string>;
  bytes: number;
  count: number;
};

/** `stem`: `<stem>.zip`, then `<stem>.2.zip` and so on, in the folder. The same files give the same archives, byte for byte. */
export function openArchiveWriter(stem: string, folder: string) {
  const archives: LocalFile[] = [];
  let open: Open | undefined;
  const begin = (): Open => {
    const name = archives.length === 0 ? `${stem}.zip` : `${stem}.${archives.length + 1}.zip`;
    const zip = new ZipFile();
    const written = finished(zip.outputStream.pipe(createWriteStream(join(folder, name))));
    return { zip, written, name, captions: new Map(), bytes: 0, count: 0 };
  };
  const end = async () => {
    if (!open) return;
    const { zip, written, name } = open;
    const captions = captionLines([...open.captions].map(([file, caption]) => ({ name: file, caption })));
    if (captions) addEntry(zip, captions.name, captions.bytes);
    zip.end();
    await written;
    const path = join(folder, name);
    archives.push({ path, name, size: statSync(path).size });
    open = undefined;
  };
  return {
    async add(name: string, bytes: Buffer, caption?: string): Promise<void> {
      if (open && (open.bytes + bytes.length > ARCHIVE_BYTES || open.count >= ARCHIVE_ENTRIES)) await end();
      open ??= begin();
      addEntry(open.zip, name, bytes);
      open.bytes += bytes.length;
      open.count++;
      if (caption !== undefined) open.captions.set(name, caption);
    },
    async finish(): Promise<readonly LocalFile[]> {
      await end();
      return archives;
    },
  };
}
