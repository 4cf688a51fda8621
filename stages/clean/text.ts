// Cleans the documents of one unit.
import { LIMITS } from '#core/base/limits.ts';
import { cleanUnit } from '#core/ingest/clean-unit.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import type { CleanOutcome } from '#core/ingest/open-unit.ts';
import { type SidecarFile, sidecarOf, sourceFiles } from '#core/ingest/unit-files.ts';
import type { Cleaned, Remarked, SourceFile } from '#core/kinds/define/cleaned.ts';
import { remarkOn } from '#core/kinds/define/remark.ts';
import { hasSidecar } from '#core/kinds/sidecar.ts';
import { cleanTexts } from '#core/kinds/text/clean-texts.ts';
import { TEXT_KIND, TextDataset } from '#core/kinds/text/definition.ts';
import type { Extract, Extractor } from '#core/kinds/text/extract/extractor.ts';
import { encodeTextPart, type TextItem } from '#core/kinds/text/part.ts';
import { fixedWidthColumns } from '#core/kinds/text/records/fixed-width.ts';
import type { Buckets, Store } from '#core/store/store.ts';

const LOOKED_AT_BYTES = 2 ** 14;

/** `openExtractor` opens a reader of documents for one unit; it is called when the first document is met that is more than its characters. */
export type TextStores = Buckets & { readonly openExtractor: () => Extractor };

export function cleanText(body: unknown, { openExtractor, ...stores }: TextStores): Promise<CleanOutcome> {
  return cleanUnit(body, stores, {
    schema: TextDataset,
    rules: TEXT_KIND.rules,
    clean: (message, config, { drop }) => cleanFiles(message, config, drop, openExtractor),
    encode: encodeTextPart,
  });
}

/** Sidecars, then documents. */
async function* cleanFiles(
  message: UnitMessage,
  config: TextDataset,
  drop: Store,
  openExtractor: TextStores['openExtractor'],
): AsyncGenerator<Cleaned<TextItem> | Remarked | SidecarFile> {
  if (hasSidecar(config.labels) && !message.waiver)
    for await (const file of sourceFiles(drop, message)) {
      const sidecar = sidecarOf(file, config);
      if (sidecar) yield sidecar;
    }
  let extractor: Extractor | undefined;
  const extract: Extract = (bytes, format) => {
    extractor ??= openExtractor();
    return extractor.extract(bytes, format);
  };
  const columns = new Map<string, number>();
  const open = () => documentFiles(message, config, drop, columns);
  try {
    yield* cleanTexts(open, config, message.source.key, LIMITS.textUnitMostDocuments, extract);
    for (const [path, count] of columns) {
      const remark = remarkOn('text.fixed-width', [path], `${count} columns`);
      if (remark) yield { accepted: 'remark', remark };
    }
  } finally {
    extractor?.close();
  }
}

/** `columns`: gets the files whose lines are rows of a table, with their number of columns. */
async function* documentFiles(
  message: UnitMessage,
  config: TextDataset,
  drop: Store,
  columns: Map<string, number>,
): AsyncGenerator<SourceFile> {
  for await (const file of sourceFiles(drop, message)) {
    if (sidecarOf(file, config)) continue;
    const isBeginning = file.ok && (file.firstLine ?? 1) === 1;
    const found = isBeginning && config.text.unit === 'line' ? fixedWidthColumns(beginningOf(file.bytes)) : undefined;
    if (found !== undefined) columns.set(file.path, found);
    yield file;
  }
}

/** One letter a byte, which is all that matters for the places of columns. */
function beginningOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LOOKED_AT_BYTES)).toString('latin1');
}
