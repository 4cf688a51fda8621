// Cleans the documents of one unit.
import { LIMITS } from '#core/base/limits.ts';
import { cleanUnit } from '#core/ingest/clean-unit.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import type { CleanOutcome } from '#core/ingest/open-unit.ts';
import { type SidecarFile, sidecarOf, sourceFiles } from '#core/ingest/unit-files.ts';
import type { Cleaned, SourceFile } from '#core/kinds/define/cleaned.ts';
import { hasSidecar } from '#core/kinds/sidecar.ts';
import { cleanTexts } from '#core/kinds/text/clean-texts.ts';
import { TEXT_KIND, TextDataset } from '#core/kinds/text/definition.ts';
import type { Extract, Extractor } from '#core/kinds/text/extract/extractor.ts';
import { encodeTextPart, type TextItem } from '#core/kinds/text/part.ts';
import type { Buckets, Store } from '#core/store/store.ts';

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
): AsyncGenerator<Cleaned<TextItem> | SidecarFile> {
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
  const open = () => documentFiles(message, config, drop);
  try {
    yield* cleanTexts(open, config, message.source.key, LIMITS.textUnitMostDocuments, extract);
  } finally {
    extractor?.close();
  }
}

async function* documentFiles(message: UnitMessage, config: TextDataset, drop: Store): AsyncGenerator<SourceFile> {
  for await (const file of sourceFiles(drop, message)) if (!sidecarOf(file, config)) yield file;
}
