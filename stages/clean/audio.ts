// Cleans the clips of one unit.

import { LIMITS } from '#core/base/limits.ts';
import { cleanUnit } from '#core/ingest/clean-unit.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import type { CleanOutcome } from '#core/ingest/open-unit.ts';
import { namedFiles, type SidecarFile, sidecarOf } from '#core/ingest/unit-files.ts';
import type { DecodeCompressed } from '#core/kinds/audio/decode/decode.ts';
import { AUDIO_KIND, AudioDataset } from '#core/kinds/audio/definition.ts';
import { type AudioItem, encodeAudioPart } from '#core/kinds/audio/part.ts';
import { soundCost, soundLength } from '#core/kinds/audio/sound-length.ts';
import { cleanRecording } from '#core/kinds/audio/window/clean-recording.ts';
import { cutSamples } from '#core/kinds/audio/window/cut-samples.ts';
import type { Cleaned } from '#core/kinds/define/cleaned.ts';
import type { Issue } from '#core/kinds/define/issue.ts';
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
  let [samples, cut] = [0, 0];
  try {
    for await (const file of namedFiles(drop, message)) {
      const sidecar = sidecarOf(file, config);
      if (sidecar) {
        yield sidecar;
        continue;
      }
      const more = file.ok ? soundCost(file.bytes, file.bytes.length) : 0;
      const seconds = file.ok ? soundLength(file.bytes, file.bytes.length)?.seconds : undefined;
      const moreCut = cutSamples(seconds ?? 0, config.audio);
      const refusal = overLimit(samples, more, LIMITS.unitSamples) ?? overLimit(cut, moreCut, LIMITS.unitCutSamples);
      if (!refusal) [samples, cut] = [samples + more, cut + moreCut];
      yield* cleanRecording(
        refusal ? { path: file.path, ok: false, issue: refusal(file.path) } : file,
        config,
        message.source.key,
        decoder.decode,
      );
    }
  } finally {
    decoder.close();
  }
}

/**
 * Why a sound is refused where those before it leave too little: a call that runs out of time or memory would also fail the other files.
 * This only happens if the samples of the planning were short sounds, or if one recording is cut into too many clips.
 */
function overLimit(before: number, more: number, most: number): ((path: string) => Issue) | undefined {
  if (before + more <= most) return undefined;
  const given =
    before === 0
      ? `${more} samples in the clips of the recording`
      : `${before} samples in the preceding sounds of the unit`;
  const remedy = before === 0 ? 'split it, or raise audio.window.hop' : 'upload it in an archive of its own';
  const allowed = `at most ${most} samples in a unit; ${remedy}`;
  return (path) => ({ code: 'audio.too-many-samples', place: { path }, given, allowed });
}
