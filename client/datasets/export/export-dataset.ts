// Writes the accepted items of a snapshot as files that other programs load without goldpan.
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { sha256 as sha256Of } from '#core/base/hash.ts';
import type { Manifest } from '#core/snapshot/messages.ts';
import { Quality } from '#core/snapshot/quality/quality.ts';
import { readCaptions } from '#core/snapshot/read-captions.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Context } from '../../context.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { isAddress, parseAddress } from '../../upload/bucket/address.ts';
import { checkedDataset } from '../checked-dataset.ts';
import { cardOf } from './card.ts';
import { chooseLayout } from './choose-layout.ts';
import { type ExportFolder, fileChecksum, openExportFolder, removeExportFolder } from './export-folder.ts';
import type { ExportLayout } from './export-layout.ts';
import { findManifest } from './find-manifest.ts';
import type { ExportFormat, ExportOutput } from './output.ts';
import { contentOf } from './shard-items.ts';
import { type SnapshotRow, snapshotRows } from './snapshot-rows.ts';
import { openTally } from './tally.ts';
import { packExport } from './target/pack-export.ts';

const CARD = 'README.md';
/** Names that mean a file of rows or another archive, not a folder. */
const NO_FOLDERS = [
  '.csv',
  '.jsonl',
  '.json',
  '.parquet',
  '.txt',
  '.png',
  '.wav',
  '.npy',
  '.tar',
  '.gz',
  '.tgz',
  '.7z',
  '.rar',
];

/** `snapshot`: its id or the beginning of it; undefined for the newest one. `out`: a folder, or a file named .zip, or s3:// and either. */
export type DatasetExportOptions = {
  readonly snapshot: string | undefined;
  readonly out: string;
  readonly as: ExportFormat | undefined;
};

/** Throws ClientFailure for an `out` that is neither a folder nor a .zip file, and for an address without a bucket. */
export function checkExportPath(out: string): void {
  if (isAddress(out)) parseAddress(out);
  const extension = extname(out).toLowerCase();
  if (!NO_FOLDERS.includes(extension)) return;
  const stem = out.slice(0, -extension.length);
  throw new ClientFailure(`--out ${out}: an export is a folder or a .zip file.`, {
    next: `Write --out ${stem} or --out ${stem}.zip; --as chooses the format of the files inside.`,
    exitCode: EXIT.usage,
  });
}

/**
 * Exports a snapshot. One shard at a time is in memory. Files of an interrupted export of the same snapshot are kept if their checksums
 * match. Throws ClientFailure if the snapshot does not exist, the format does not fit its items, or the folder contains something else.
 */
export async function exportDataset(
  { deployment, notify }: Context,
  givenDataset: string,
  { snapshot, out, as: asked }: DatasetExportOptions,
): Promise<ExportOutput> {
  const { data } = deployment;
  const dataset = checkedDataset(givenDataset);
  checkExportPath(out);
  const address = isAddress(out) ? parseAddress(out) : undefined;
  const found = await findManifest(data, dataset, snapshot);
  // Texts have a column `text` of their own.
  const { captions: _, ...withoutCaptions } = found;
  const manifest = contentOf(found).type === 'media' ? found : withoutCaptions;
  const { snapshotId, shards } = manifest;
  const { as, layout } = chooseLayout(manifest, asked);
  const captionOf = await readCaptions(data, manifest === found ? found : {});
  const target = address ? stagedAt(out) : resolve(out);
  const isZip = target.toLowerCase().endsWith('.zip');
  const path = isZip ? `${target}.files` : target;
  const folder = await openExportFolder(path, { schemaVersion: 1, dataset, snapshotId, as });

  const tally = openTally();
  const lists = new Set<string>();
  const files = { written: 0, kept: 0 };
  const total = shards.reduce((sum, { items }) => sum + items, 0);
  let done = 0;
  let position = 0;
  for await (const read of snapshotRows(data, manifest)) {
    const rows = read.map((row) => ({ ...row, caption: captionOf({ path: row.file, source: row.source }) ?? null }));
    const shard = shards[position++];
    if (!shard) break;
    const { kept, count } = await exportShard(data, folder, layout, shard, rows);
    files[kept ? 'kept' : 'written'] += count;
    tally.add(shard.split, rows);
    await addToList(path, lists, layout, shard, rows);
    done += rows.length;
    notify({ type: 'progress', activity: 'export', done, total });
  }
  const quality = (await readJson(data, keys.quality(dataset, snapshotId), Quality))?.value;
  await writeFile(join(path, CARD), cardOf({ manifest, quality }, layout, tally));
  await folder.finish([CARD, ...lists]);
  if (isZip) await packExport(path, target);
  if (isZip) await removeExportFolder(path);
  if (address) {
    const { uploadExport } = await import('./target/upload-export.ts');
    const store = deployment.source(address.bucket);
    await uploadExport(target, isZip, { store, prefix: address.prefix }, (sent, all) =>
      notify({ type: 'progress', activity: 'upload', done: sent, total: all }),
    );
  }
  notify({ type: 'finished', activity: 'export' });
  const sha256 = isZip ? ((await fileChecksum(target)) ?? null) : null;
  if (address) await removeExportFolder(dirname(target));
  return {
    dataset,
    snapshotId,
    as,
    out: address ? out : target,
    items: total,
    splits: { ...tally.splits },
    files,
    sha256,
  };
}

/** Where an export to a bucket is made: the same place for the same address, so that an interrupted one is continued. */
function stagedAt(address: string): string {
  return join(tmpdir(), `goldpan-export-${sha256Of(address).slice(0, 16)}`, basename(address));
}

async function exportShard(
  data: Store,
  folder: ExportFolder,
  layout: ExportLayout,
  shard: Manifest['shards'][number],
  rows: readonly SnapshotRow[],
): Promise<{ kept: boolean; count: number }> {
  const paths = layout.paths(shard, rows);
  if (await folder.holds(paths)) return { kept: true, count: paths.length };
  let count = 0;
  for await (const bytes of layout.files(data, shard, rows)) {
    await folder.write(paths[count] as string, bytes);
    count++;
  }
  await folder.commit();
  return { kept: false, count };
}

/** Lists are written anew each time: their rows are read anyway. */
async function addToList(
  folder: string,
  lists: Set<string>,
  { list }: Pick<ExportLayout, 'list'>,
  shard: Manifest['shards'][number],
  rows: readonly SnapshotRow[],
): Promise<void> {
  if (!list) return;
  const known = list(shard, [], false).path;
  const { path, text } = list(shard, rows, !lists.has(known));
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await (lists.has(path) ? appendFile(file, text) : writeFile(file, text));
  lists.add(path);
}
