// Cleans the documents of one unit.
import { type CleanOutcome, type CleanStores, cleanUnit } from '#core/clean-unit.ts';
import { TextDataset } from '#core/config.ts';
import { cleanTexts } from '#core/text/clean-texts.ts';
import { encodeTextPart } from '#core/text/part.ts';
import { sourceFiles } from '#core/unit-files.ts';

export function cleanText(body: unknown, stores: CleanStores): Promise<CleanOutcome> {
  return cleanUnit(body, stores, {
    schema: TextDataset,
    clean: (message, config, { drop }) => cleanTexts(() => sourceFiles(drop, message), config, message.source.key),
    encode: encodeTextPart,
  });
}
