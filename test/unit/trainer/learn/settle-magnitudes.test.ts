import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { clipsToMel } from '#core/kinds/audio/codec/clips-to-mel.ts';
import { MelCodec, melCodecFor } from '#core/kinds/audio/codec/mel-codec.ts';
import { melToClips } from '#core/kinds/audio/codec/mel-to-clips.ts';
import { clipsFile } from '../../../../containers/trainer/data/audio/fetch-audio.ts';
import { settleMagnitudes } from '../../../../containers/trainer/learn/settle-magnitudes.ts';
import { KNOWN_AUDIO, knownClips } from '../../core/kinds/audio/known-clips.ts';

const codec = melCodecFor(KNOWN_AUDIO);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Tones that swell and fade: their spectra between the bands follow from the bands. */
const tones = (items: number, seed: number) => knownClips(items, seed).samples;
/** Its spectra are unlike those of tones. */
const noise = (items: number, seed: number) =>
  Int16Array.from(normals(seed, 'noise', items * codec.samples), (value) => Math.round(6_000 * value));

function settle(train: Int16Array, validation: Int16Array, seed = 1) {
  writeFileSync(clipsFile(folder, 'train'), new Uint8Array(train.buffer));
  writeFileSync(clipsFile(folder, 'validation'), new Uint8Array(validation.buffer));
  return settleMagnitudes({ codec, folder, seed, yieldToEventLoop: async () => undefined });
}

const stored = () => MelCodec.parse(JSON.parse(readFileSync(join(folder, 'codec.json'), 'utf8')));

test('the spectra of tones are learned: sounds are nearer to held-out clips, and the network is stored with the codec', async () => {
  const { codec: settled, facts } = await settle(tones(64, 1), tones(16, 2));
  expect(facts).toMatchObject({ isUsed: true, n: 16 });
  const { spectrumDecibels, bandDecibels } = facts as NonNullable<typeof facts>;
  expect(spectrumDecibels.learned).toBeLessThan(0.95 * spectrumDecibels.plain);
  expect(bandDecibels.learned).toBeLessThanOrEqual(bandDecibels.plain);
  expect(stored()).toEqual(settled);
  const picture = clipsToMel(codec)(tones(2, 3).subarray(codec.samples));
  expect(melToClips(settled)(picture, 1, 'phases')).not.toEqual(melToClips(codec)(picture, 1, 'phases'));
});

test('the same clips and seed give the same bytes, also where the codec has a network already; another seed gives others', async () => {
  const first = await settle(tones(64, 1), tones(16, 2));
  const again = await settleMagnitudes({
    codec: first.codec,
    folder,
    seed: 1,
    yieldToEventLoop: async () => undefined,
  });
  expect(again).toEqual(first);
  const other = await settle(tones(64, 1), tones(16, 2), 2);
  expect(other.codec.magnitudes?.weights).not.toBe(first.codec.magnitudes?.weights);
});

test('a network that is no better on held-out clips is not used: the codec stays as it was', async () => {
  const { codec: settled, facts } = await settle(noise(32, 1), tones(12, 2));
  expect(facts?.isUsed).toBe(false);
  expect(settled).toEqual(codec);
  expect(existsSync(join(folder, 'codec.json'))).toBe(false);
});

test('too few clips to compare, and clips that are silent, leave the codec as it is', async () => {
  expect(await settle(tones(32, 1), tones(4, 2))).toEqual({ codec, facts: undefined });
  expect(await settle(new Int16Array(16 * codec.samples), tones(16, 2))).toEqual({ codec, facts: undefined });
});
