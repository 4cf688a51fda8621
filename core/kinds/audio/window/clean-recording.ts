// Cleans a file of sound: one clip, or the clips that a long recording is cut into.

import type { Cleaned, SourceFile } from '../../define/cleaned.ts';
import { shownNumber } from '../../judge-findings.ts';
import { piecePath } from '../../reading/piece-path.ts';
import { cleanSound, openSound, settingOf } from '../clean-sound.ts';
import { writeWav } from '../codec/write-wav.ts';
import type { DecodeCompressed } from '../decode/decode.ts';
import type { Sound } from '../decode/sound.ts';
import type { AudioDataset } from '../definition.ts';
import { measureAudio, mixDown } from '../measure.ts';
import type { AudioItem } from '../part.ts';
import { type Cut, cutRecording } from './cut-recording.ts';

const FULL_SCALE = 32_767;

/** `source`: key in the drop bucket. Clips come in the order of the recording. Silent ones are left out, and counted in the others' records. */
export async function* cleanRecording(
  file: SourceFile,
  config: AudioDataset,
  source: string,
  decodeCompressed: DecodeCompressed,
): AsyncGenerator<Cleaned<AudioItem>> {
  const opened = await openSound(file, decodeCompressed);
  if (!opened.ok) {
    yield opened.rejected;
    return;
  }
  const { sound, bytes } = opened;
  const { path } = file;
  const { window, seconds } = config.audio;
  const whole = { path, sound, original: () => bytes };
  if (!window || sound.channels[0].length / sound.sampleRate <= seconds || isRefused(sound, config)) {
    yield cleanSound(whole, config, source);
    return;
  }
  const { mono } = mixDown(sound.channels);
  const { clips, leftOutSeconds } = cutRecording(mono, sound.sampleRate, { seconds, window });
  const heard = clips.filter((cut) => !isSilent(pieceOf(sound, cut, false), mono.subarray(cut.from, cut.to), config));
  // A recording without any sound is told once.
  if (heard.length === 0) {
    yield cleanSound(whole, config, source);
    return;
  }
  const rest = restOf(clips.length - heard.length, leftOutSeconds);
  for (const [i, cut] of heard.entries()) {
    const piece = pieceOf(sound, cut, i === heard.length - 1);
    yield cleanSound(
      {
        path: piecePath(path, cut.from / sound.sampleRate, cut.to / sound.sampleRate),
        sound: piece,
        original: () => wavOf(piece),
        cut: `${i + 1} of ${heard.length}${rest}`,
      },
      config,
      source,
    );
  }
}

/** Whether the state of the file as a whole is a reason to reject it: it is then told once, not for each clip. */
function isRefused({ truncated, lost }: Sound, { rules }: AudioDataset): boolean {
  const rejects = (code: 'audio.truncated' | 'audio.damaged') => rules[code]?.action === 'reject';
  if (truncated !== undefined && rejects('audio.truncated')) return true;
  return (
    lost !== undefined &&
    (rejects('audio.damaged') || lost.seconds > settingOf(rules, 'audio.damaged', 'max') * lost.of)
  );
}

/** Only the last clip of a recording whose end is missing is truncated. */
function pieceOf({ channels, truncated, ...sound }: Sound, { from, to }: Cut, isLast: boolean): Sound {
  const [first, ...others] = channels;
  return {
    ...sound,
    ...(isLast && { truncated }),
    channels: [first.subarray(from, to), ...others.map((channel) => channel.subarray(from, to))],
  };
}

/** Silent clips are left out where the rule would reject them. */
function isSilent(piece: Sound, mono: Float32Array, { rules }: AudioDataset): boolean {
  if (rules['audio.silence']?.action !== 'reject') return false;
  const { peak, silenceShare } = measureAudio(piece, mono, settingOf(rules, 'audio.silence', 'level'));
  return peak === 0 || silenceShare > settingOf(rules, 'audio.silence', 'max');
}

function restOf(silent: number, leftOutSeconds: number): string {
  const silentText = silent > 0 ? `; ${silent} silent left out` : '';
  return leftOutSeconds > 0 ? `${silentText}; ${shownNumber(leftOutSeconds)} s of sound in no clip` : silentText;
}

/** One channel of 16 bits, as a rejected clip is kept. */
function wavOf({ channels, sampleRate }: Sound): Uint8Array {
  const { mono } = mixDown(channels);
  const samples = Int16Array.from(mono, (value) => Math.round(FULL_SCALE * Math.max(-1, Math.min(1, value))));
  return writeWav(samples, sampleRate);
}
