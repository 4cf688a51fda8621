import { expect, test } from 'vitest';
import { clipsToMel } from '#core/kinds/audio/codec/clips-to-mel.ts';
import { cannotModelAudio, MelCodec, melCodecFor } from '#core/kinds/audio/codec/mel-codec.ts';
import { melFilters } from '#core/kinds/audio/codec/mel-filters.ts';
import { drawnToClips, melToClips } from '#core/kinds/audio/codec/mel-to-clips.ts';
import { newSpectra, stftOf } from '#core/kinds/audio/codec/stft.ts';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { readWav } from '#core/kinds/audio/decode/pcm/wav.ts';
import { KNOWN_AUDIO, knownClips } from '../known-clips.ts';

const codec = melCodecFor(KNOWN_AUDIO);
const samples = codec.samples;
const { samples: clips } = knownClips(6, 1);
const clipAt = (item: number) => clips.subarray(item * samples, (item + 1) * samples);

function decibelsBetween(a: Uint8Array, b: Uint8Array): number {
  const squares = a.reduce((sum, byte, i) => sum + (byte - (b[i] as number)) ** 2, 0);
  return (Math.sqrt(squares / a.length) * (codec.highestDecibels - codec.lowestDecibels)) / 255;
}

test.each([
  [8000, 0.25, 256, 16],
  [8000, 1.024, 256, 64],
  [16_000, 1, 512, 64],
  [24_000, 10, 1024, 472],
])('constants of %i Hz and %f s: frames of %i samples, %i of them', (sampleRate, seconds, frame, frames) => {
  const made = melCodecFor({ sampleRate, seconds });
  expect(made).toMatchObject({ frame, hop: frame / 2, frames, bands: 64 });
  expect(made.frames * made.hop).toBeGreaterThanOrEqual(made.samples);
  expect(MelCodec.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
  expect(melFilters(made).every(({ weights }) => weights.some((weight) => weight > 0))).toBe(true);
});

test.each([
  [4000, 1, 'audio.sampleRate is 4000'],
  [48_000, 1, 'audio.sampleRate is 48000'],
  [8000, 0.1, 'audio.seconds is 0.1'],
  [8000, 30, 'audio.seconds is 30'],
])('clips of %i Hz and %f s are refused with what is allowed', (sampleRate, seconds, reason) => {
  expect(cannotModelAudio({ sampleRate, seconds })).toContain(reason);
  expect(cannotModelAudio(KNOWN_AUDIO)).toBeUndefined();
});

test('spectra turned back are the clip, whole and with an odd number of frames', () => {
  for (const frames of [32, 33]) {
    const stft = stftOf({ frame: 256, hop: 64, frames, start: -96, samples });
    const spectra = newSpectra(frames, stft.bins);
    const clip = Float64Array.from(clipAt(0), (value) => value / 32_768);
    stft.forward(clip, spectra);
    const back = new Float64Array(samples);
    stft.inverse(spectra, back);
    for (let i = 0; i < samples; i++) expect(back[i]).toBeCloseTo(clip[i] as number, 8);
  }
});

test('a sine lies in the row of its pitch at its level, low pitches below high ones; silence is black', () => {
  const toMel = clipsToMel(codec);
  const rowOf = (hertz: number) => {
    const sine = Int16Array.from({ length: samples }, (_, i) =>
      Math.round(16_384 * Math.sin((2 * Math.PI * hertz * i) / codec.sampleRate)),
    );
    const column = Array.from({ length: codec.bands }, (_, row) => toMel(sine)[row * codec.frames + 8] as number);
    const loudest = Math.max(...column);
    // Half of full scale is 6 dB below it, and a band adds up to 6 dB; the pitch may lie between two bands.
    const decibels = codec.lowestDecibels + ((codec.highestDecibels - codec.lowestDecibels) * loudest) / 255;
    expect(decibels).toBeGreaterThan(-12);
    expect(decibels).toBeLessThan(0.5);
    return column.indexOf(loudest);
  };
  expect(rowOf(200)).toBeGreaterThan(rowOf(600));
  expect(rowOf(600)).toBeGreaterThan(rowOf(2500));
  expect(toMel(new Int16Array(samples)).every((byte) => byte === 0)).toBe(true);
});

test('clips come back from their pictures: the same picture within 2.5 dB, the same bytes for a seed, silence as silence', () => {
  const [toMel, toClip] = [clipsToMel(codec), melToClips(codec)];
  for (let item = 0; item < 6; item++) {
    const picture = toMel(clipAt(item));
    const clip = toClip(picture, 1, 'phases');
    expect(decibelsBetween(picture, toMel(clip))).toBeLessThan(2.5);
    expect(melToClips(codec)(picture, 1, 'phases')).toEqual(clip);
    expect(toClip(picture, 2, 'phases')).not.toEqual(clip);
  }
  const silent = new Uint8Array(codec.bands * codec.frames);
  expect(toClip(silent, 1, 'phases').every((value) => value === 0)).toBe(true);
  const loud = toClip(silent.fill(255), 1, 'phases');
  expect(loud.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeLessThanOrEqual(
    Math.ceil(0.95 * 32_767),
  );
});

test('drawn pictures become sounds of the level of training clips, too quiet or too loud ones as well', () => {
  const levelled = { ...codec, peak: 0.9 };
  const peakOf = (clip: Int16Array) => clip.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 32_767;
  const picture = clipsToMel(codec)(clipAt(2));
  const changed = (bytes: number) => picture.map((byte) => (byte === 0 ? 0 : Math.min(255, Math.max(1, byte + bytes))));
  for (const bytes of [-60, 0, 30]) {
    expect(peakOf(drawnToClips(levelled)(changed(bytes), 1, 'phases'))).toBeCloseTo(0.85 * 0.9, 3);
    // Datasets whose clips keep their level get theirs.
    expect(drawnToClips(codec)(changed(bytes), 1, 'phases')).toEqual(melToClips(codec)(changed(bytes), 1, 'phases'));
  }
  expect(peakOf(melToClips(levelled)(changed(-60), 1, 'phases'))).toBeLessThan(0.3);
  expect(peakOf(drawnToClips(levelled)(new Uint8Array(picture.length), 1, 'phases'))).toBe(0);
});

test('a WAV holds the samples and its notes', () => {
  const clip = clipAt(1);
  const wav = writeWav(clip, 8000, { ISFT: 'goldpan', ICMT: 'machine-generated' });
  const read = readWav(wav);
  if (!read.ok) throw new Error('the WAV cannot be read');
  expect(read.sound.sampleRate).toBe(8000);
  expect(Int16Array.from(read.sound.channels[0], (value) => Math.round(value * 32_768))).toEqual(clip);
  expect(new TextDecoder('latin1').decode(wav)).toContain('ICMT');
  expect(wav.length % 2).toBe(0);
});
