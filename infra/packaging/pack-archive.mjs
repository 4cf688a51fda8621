// `pack-archive.mjs ARCHIVE FOLDER`: packs the files of a folder as commands that may be run, with no time and no owner in it, so
// that the same files give the same bytes. The `tar` of a system knows neither, and on Windows no file is a command.
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

const [archive, folder] = process.argv.slice(2);
const files = pack();
for (const name of readdirSync(folder).sort()) {
  files.entry({ name, mode: 0o755, mtime: new Date(0) }, readFileSync(join(folder, name)));
}
files.finalize();
await pipeline(files, createGzip(), createWriteStream(archive));
