// Cleans the documents of one unit.
import { type Cleaned, type CleanStores, cleanUnit } from '#core/clean-unit.ts';
import { TextDataset } from '#core/config.ts';
import type { UnitMessage } from '#core/messages/ingest.ts';
import type { CleanOutcome } from '#core/open-unit.ts';
import { hasSidecar } from '#core/sidecar.ts';
import { cleanTexts } from '#core/text/clean-texts.ts';
import { encodeTextPart, type TextItem } from '#core/text/part.ts';
import { type SidecarFile, type SourceFile, sidecarOf, sourceFiles } from '#core/unit-files.ts';

export function cleanText(body: unknown, stores: CleanStores): Promise<CleanOutcome> {
  return cleanUnit(body, stores, {
    schema: TextDataset,
    clean: cleanFiles,
    encode: encodeTextPart,
  });
}

/** Sidecars, then documents. */
async function* cleanFiles(
  message: UnitMessage,
  config: TextDataset,
  { drop }: CleanStores,
): AsyncGenerator<Cleaned<TextItem> | SidecarFile> {
  if (hasSidecar(config.labels) && !message.waiver)
    for await (const file of sourceFiles(drop, message)) {
      const sidecar = sidecarOf(file, config);
      if (sidecar) yield sidecar;
    }
  yield* cleanTexts(() => documentFiles(message, config, drop), config, message.source.key);
}

async function* documentFiles(
  message: UnitMessage,
  config: TextDataset,
  drop: CleanStores['drop'],
): AsyncGenerator<SourceFile> {
  for await (const file of sourceFiles(drop, message)) if (!sidecarOf(file, config)) yield file;
}
