// The interface of a layout: how the items of a snapshot become files.
import type { Manifest, ShardFile } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { type CellFormat, cellFiles } from './cell-files.ts';
import { folderFiles } from './folder-files.ts';
import type { ExportFormat } from './output.ts';
import { huggingFaceFiles } from './published/huggingface-files.ts';
import { webDatasetFiles } from './published/webdataset-files.ts';
import { rowFiles } from './row-files.ts';
import { contentOf, type ExportedContent } from './shard-items.ts';
import type { SnapshotRow } from './snapshot-rows.ts';

export type ExportLayout = {
  /** Paths of the files of a shard, with `/`. */
  paths(shard: ShardFile, rows: readonly SnapshotRow[]): readonly string[];
  /** The bytes of each, in the order of `paths`. */
  files(data: Store, shard: ShardFile, rows: readonly SnapshotRow[]): AsyncIterable<Uint8Array>;
  /**
   * The list of items beside the files, if there is one: its path and the lines that a shard adds. `isFirst`: the list is still empty.
   */
  list: ((shard: ShardFile, rows: readonly SnapshotRow[], isFirst: boolean) => { path: string; text: string }) | null;
  /** Text for README.md: where the files are, and Python code that loads them. */
  readonly about: string;
  readonly python: string;
};

/** Formats by content; the first one is the default. */
const FORMATS: Readonly<Record<ExportedContent['type'], readonly ExportFormat[]>> = {
  media: ['folder', 'parquet', 'webdataset', 'huggingface'],
  texts: ['jsonl', 'csv', 'parquet', 'folder'],
  cells: ['csv', 'jsonl', 'parquet'],
};

const NOUNS: Readonly<Record<ExportedContent['type'], string>> = {
  media: 'images or sounds',
  texts: 'texts',
  cells: 'rows of a table',
};

/** Throws ClientFailure where the items cannot be written in the format. */
export function chooseLayout(
  manifest: Manifest,
  asked: ExportFormat | undefined,
): { readonly as: ExportFormat; readonly layout: ExportLayout } {
  const content = contentOf(manifest);
  const allowed = FORMATS[content.type];
  const as = asked ?? (allowed[0] as ExportFormat);
  if (!allowed.includes(as))
    throw new ClientFailure(`${manifest.dataset} holds ${NOUNS[content.type]}, which cannot be written as ${as}.`, {
      next: `Give one of: ${allowed.map((one) => `--as ${one}`).join(', ')}.`,
      exitCode: EXIT.usage,
    });
  return { as, layout: layoutFor(manifest, content, as) };
}

/** `as`: one of the formats of the content. */
function layoutFor(manifest: Manifest, content: ExportedContent, as: ExportFormat): ExportLayout {
  if (content.type === 'cells') return cellFiles(manifest, as as CellFormat);
  if (as === 'folder') return folderFiles(manifest, content);
  if (content.type === 'media' && as === 'webdataset') return webDatasetFiles(manifest, content);
  if (content.type === 'media' && as === 'huggingface') return huggingFaceFiles(manifest, content);
  return rowFiles(manifest, content, as as CellFormat);
}
