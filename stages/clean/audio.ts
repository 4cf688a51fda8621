// Cleans the clips of one unit.

import { LIMITS } from '#core/base/limits.ts';
import { cleanUnit } from '#core/ingest/clean-unit.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import type { CleanOutcome } from '#core/ingest/open-unit.ts';
import { namedFiles, type SidecarFile, sidecarOf } from '#core/ingest/unit-files.ts';
import { cleanClip } from '#core/kinds/audio/clean.ts';
import type { DecodeCompressed } from '#core/kinds/audio/decode/decode.ts';
import { AUDIO_KIND, AudioDataset } from '#core/kinds/audio/definition.ts';
import { type AudioItem, encodeAudioPart } from '#core/kinds/audio/part.ts';
import { soundCost } from '#core/kinds/audio/sound-length.ts';
import type { Cleaned, SourceFile } from '#core/kinds/define/cleaned.ts';
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
  let samples = 0;
  try {
    for await (const file of namedFiles(drop, message)) {
      const sidecar = sidecarOf(file, config);
      if (sidecar) {
        yield sidecar;
        continue;
      }
      const more = file.ok ? soundCost(file.bytes, file.bytes.length) : 0;
      const fits = samples + more <= LIMITS.unitSamples;
      if (fits) samples += more;
      yield await cleanClip(fits ? file : beyondTime(file, samples), config, message.source.key, decoder.decode);
    }
  } finally {
    decoder.close();
  }
}

/** This only happens if the samples of the planning were short sounds: a call that runs out of time would also fail the other files. */
function beyondTime({ path }: SourceFile, samples: number): SourceFile {
  const facts = {
    given: `${samples} samples in the preceding sounds of the unit`,
    allowed: `at most ${LIMITS.unitSamples} samples in a unit; upload it in an archive of its own`,
  };
  return { path, ok: false, issue: { code: 'audio.too-many-samples', place: { path }, ...facts } };
}
