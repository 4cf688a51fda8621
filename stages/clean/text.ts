// Cleans the documents of one unit.
import { cleanUnit } from '#core/ingest/clean-unit.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import type { CleanOutcome } from '#core/ingest/open-unit.ts';
import { type SidecarFile, sidecarOf, sourceFiles } from '#core/ingest/unit-files.ts';
import type { Cleaned, SourceFile } from '#core/kinds/define/cleaned.ts';
import { hasSidecar } from '#core/kinds/sidecar.ts';
import { cleanTexts } from '#core/kinds/text/clean-texts.ts';
import { TEXT_KIND, TextDataset } from '#core/kinds/text/definition.ts';
import { encodeTextPart, type TextItem } from '#core/kinds/text/part.ts';
import type { Buckets, Store } from '#core/store/store.ts';

export function cleanText(body: unknown, stores: Buckets): Promise<CleanOutcome> {
  return cleanUnit(body, stores, {
    schema: TextDataset,
    rules: TEXT_KIND.rules,
    clean: cleanFiles,
    encode: encodeTextPart,
  });
}

/** Sidecars, then documents. */
async function* cleanFiles(
  message: UnitMessage,
  config: TextDataset,
  { drop }: Buckets,
): AsyncGenerator<Cleaned<TextItem> | SidecarFile> {
  if (hasSidecar(config.labels) && !message.waiver)
    for await (const file of sourceFiles(drop, message)) {
      const sidecar = sidecarOf(file, config);
      if (sidecar) yield sidecar;
    }
  yield* cleanTexts(() => documentFiles(message, config, drop), config, message.source.key);
}

async function* documentFiles(message: UnitMessage, config: TextDataset, drop: Store): AsyncGenerator<SourceFile> {
  for await (const file of sourceFiles(drop, message)) if (!sidecarOf(file, config)) yield file;
}
