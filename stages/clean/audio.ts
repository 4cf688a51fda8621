// Cleans the clips of one unit.

import { cleanUnit } from '#core/ingest/clean-unit.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import type { CleanOutcome } from '#core/ingest/open-unit.ts';
import { namedFiles, type SidecarFile, sidecarOf } from '#core/ingest/unit-files.ts';
import { cleanClip } from '#core/kinds/audio/clean.ts';
import type { DecodeCompressed } from '#core/kinds/audio/decode/decode.ts';
import { AUDIO_KIND, AudioDataset } from '#core/kinds/audio/definition.ts';
import { type AudioItem, encodeAudioPart } from '#core/kinds/audio/part.ts';
import type { Cleaned } from '#core/kinds/define/cleaned.ts';
import type { Buckets, Store } from '#core/store/store.ts';

/** `openDecoder` opens a decoder for one unit, so that no state of one unit's sounds affects another unit. */
export type AudioStores = Buckets & { readonly openDecoder: () => { decode: DecodeCompressed; close(): void } };

export function cleanAudio(body: unknown, { openDecoder, ...stores }: AudioStores): Promise<CleanOutcome> {
  return cleanUnit(body, stores, {
    schema: AudioDataset,
    rules: AUDIO_KIND.rules,
    clean: (message, config, { drop }) => cleanClips(message, config, drop, openDecoder),
    encode: encodeAudioPart,
  });
}

async function* cleanClips(
  message: UnitMessage,
  config: AudioDataset,
  drop: Store,
  openDecoder: AudioStores['openDecoder'],
): AsyncGenerator<Cleaned<AudioItem> | SidecarFile> {
  const decoder = openDecoder();
  try {
    for await (const file of namedFiles(drop, message))
      yield sidecarOf(file, config) ?? (await cleanClip(file, config, message.source.key, decoder.decode));
  } finally {
    decoder.close();
  }
}
