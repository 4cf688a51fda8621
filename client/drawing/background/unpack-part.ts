// The files of one part of an export, in a folder with those of all parts.
import { writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type Entry, fromBuffer, type Options, type ZipFile } from 'yauzl';

const DIGITS = 6;

const open = promisify<Buffer, Options, ZipFile>(fromBuffer);

/** Files are numbered on from `first`. Returns their paths. */
export async function unpackPart(bytes: Uint8Array, folder: string, first: number): Promise<string[]> {
  const zip = await open(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), { lazyEntries: true });
  const written: string[] = [];
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject).on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      write(
        zip,
        entry,
        join(folder, `${String(first + written.length).padStart(DIGITS, '0')}${extname(entry.fileName)}`),
      )
        .then((path) => {
          written.push(path);
          zip.readEntry();
        })
        .catch(reject);
    });
    zip.readEntry();
  });
  return written;
}

async function write(zip: ZipFile, entry: Entry, path: string): Promise<string> {
  const stream = await promisify(zip.openReadStream.bind(zip) as (entry: Entry, done: Callback) => void)(entry);
  writeFileSync(path, await buffer(stream));
  return path;
}

type Callback = (error: Error | null, stream: NodeJS.ReadableStream) => void;
