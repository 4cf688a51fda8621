// Some files of an archive, whole: spread over it, and the largest.
import type { ReadRange } from '../../base/read-range.ts';
import { sampleBySize } from '../../kinds/table/sample-by-size.ts';
import type { UnitMessage } from '../messages.ts';
import type { ListedFile } from './entry.ts';
import { listTar, unpackTar } from './tar.ts';
import { unpackFiles } from './unpack.ts';
import { readArchive } from './zip.ts';

export type SampledFile = { readonly path: string; readonly bytes: Uint8Array };
/** Maximum number of files, and of bytes of each file. */
export type SampleLimits = { readonly files: number; readonly bytes: number };

/** `slice`: one of the archive; each gives the same files. Nothing for an object that is no archive, or cannot be read. */
export async function* sampleArchive(
  slice: UnitMessage['slice'],
  size: number,
  readRange: ReadRange,
  limits: SampleLimits,
): AsyncGenerator<SampledFile> {
  if (slice.type === 'zip') {
    const archive = await readArchive(size, readRange);
    if (!archive.ok) return;
    for await (const { file, ...unpacked } of unpackFiles(spreadOver(archive.files, limits), readRange))
      if (unpacked.ok) yield { path: file.path, bytes: unpacked.bytes };
  } else if (slice.type === 'tar') {
    const source = { size, gzip: slice.gzip, readRange };
    const archive = await listTar(source);
    if (!archive.ok) return;
    const picked = new Set(spreadOver(archive.files, limits).map(({ position }) => position));
    const count = Math.max(-1, ...picked) + 1;
    const skipped = Array.from({ length: count }, (_, position) => position).filter((one) => !picked.has(one));
    const { nameEncoding } = archive;
    for await (const { path, bytes } of unpackTar(source, { first: 0, count, skipped, nameEncoding }))
      if (bytes) yield { path, bytes };
  }
}

function spreadOver<File extends ListedFile>(all: readonly File[], { files, bytes }: SampleLimits): File[] {
  const readable = all.filter(({ refusal, unpackedBytes }) => !refusal && unpackedBytes > 0 && unpackedBytes <= bytes);
  const sizes = readable.map(({ unpackedBytes }) => unpackedBytes);
  return sampleBySize(sizes, files).map((i) => readable[i] as File);
}
