// Cleans the clips of one unit.

import { cleanClip } from '#core/audio/clean-clip.ts';
import type { DecodeCompressed } from '#core/audio/decode.ts';
import { type AudioItem, encodeAudioPart } from '#core/audio/part.ts';
import { type Cleaned, type CleanStores, cleanUnit } from '#core/clean-unit.ts';
import { AudioDataset } from '#core/config.ts';
import type { UnitMessage } from '#core/messages/ingest.ts';
import type { CleanOutcome } from '#core/open-unit.ts';
import { namedFiles, type SidecarFile, sidecarOf } from '#core/unit-files.ts';

/** `openDecoder` gives one for the unit, so that what one unit's sounds leave behind meets no other's. */
export type AudioWorld = CleanStores & { readonly openDecoder: () => { decode: DecodeCompressed; close(): void } };

export function cleanAudio(body: unknown, { openDecoder, ...stores }: AudioWorld): Promise<CleanOutcome> {
  return cleanUnit(body, stores, {
    schema: AudioDataset,
    clean: (message, config, { drop }) => cleanClips(message, config, drop, openDecoder),
    encode: encodeAudioPart,
  });
}

async function* cleanClips(
  message: UnitMessage,
  config: AudioDataset,
  drop: CleanStores['drop'],
  openDecoder: AudioWorld['openDecoder'],
): AsyncGenerator<Cleaned<AudioItem> | SidecarFile> {
  const decoder = openDecoder();
  try {
    for await (const file of namedFiles(drop, message))
      yield sidecarOf(file, config) ?? (await cleanClip(file, config, message.source.key, decoder.decode));
  } finally {
    decoder.close();
  }
}
