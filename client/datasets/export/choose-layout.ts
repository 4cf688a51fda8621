// Chooses the layout of an export by its format and the content of the snapshot.
import type { Manifest } from '#core/snapshot/messages.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { type CellFormat, cellFiles } from './cell-files.ts';
import type { ExportLayout } from './export-layout.ts';
import { folderFiles } from './folder-files.ts';
import type { ExportFormat } from './output.ts';
import { huggingFaceFiles } from './published/huggingface-files.ts';
import { webDatasetFiles } from './published/webdataset-files.ts';
import { rowFiles } from './row-files.ts';
import { contentOf, type ExportedContent } from './shard-items.ts';

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
