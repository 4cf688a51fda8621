import { expect, test } from 'vitest';
import { clipsToMel } from '#core/kinds/audio/codec/clips-to-mel.ts';
import { type MagnitudeNetwork, magnitudeSizes } from '#core/kinds/audio/codec/magnitude-network.ts';
import { MelCodec, melCodecFor } from '#core/kinds/audio/codec/mel-codec.ts';
import { melToMagnitudes } from '#core/kinds/audio/codec/mel-to-magnitudes.ts';
import { KNOWN_AUDIO, knownClips } from '../known-clips.ts';

const codec = melCodecFor(KNOWN_AUDIO);
const bins = codec.frame / 2 + 1;
const picture = clipsToMel(codec)(knownClips(2, 1).samples.subarray(codec.samples));
const { inputs, outputs, weights } = magnitudeSizes(codec, { context: 1, hidden: 6 });

/** `set` writes weights by their place. */
function networkWith(set: (values: Float32Array) => void): MagnitudeNetwork {
  const values = new Float32Array(weights);
  set(values);
  return { context: 1, hidden: 6, weights: Buffer.from(values.buffer).toString('base64') };
}

const total = (magnitudes: Float64Array, spectrum: 0 | 1, bin: number) => {
  let sum = 0;
  for (let frame = 0; frame < codec.frames; frame++) sum += magnitudes[(2 * frame + spectrum) * bins + bin] as number;
  return sum;
};

test('a network corrects the bins of its spectra, and silence stays silence', () => {
  const plain = melToMagnitudes(codec)(picture);
  const loudest = plain.indexOf(Math.max(...plain)) % bins;
  // The last weights are the bias of the outputs: the first spectrum of each frame, then the second.
  const louder = networkWith((values) => {
    values[weights - outputs + loudest] = 2;
  });
  const corrected = melToMagnitudes({ ...codec, magnitudes: louder })(picture);
  expect(total(corrected, 0, loudest)).toBeGreaterThan(1.3 * total(plain, 0, loudest));
  expect(total(corrected, 1, loudest)).toBeLessThan(1.1 * total(plain, 1, loudest));
  for (const [at, value] of plain.entries()) if (value === 0) expect(corrected[at]).toBe(0);
  expect(corrected.every((value) => Number.isFinite(value))).toBe(true);
});

test('a network sees the frames around: an input of the frame behind reaches the correction', () => {
  // The first unit reads the lowest band of the frame behind; its output makes all bins louder.
  const behind = networkWith((values) => {
    values[2 * codec.bands * 6] = 50;
    values.fill(1, (inputs + 1) * 6, (inputs + 1) * 6 + outputs);
  });
  const two = new Uint8Array(codec.bands * codec.frames).fill(40);
  const factorAt = (frame: number) => {
    const codecs = [codec, { ...codec, magnitudes: behind }];
    const [plain, corrected] = codecs.map((one) => melToMagnitudes(one)(two)[2 * frame * bins] as number);
    return (corrected as number) / (plain as number);
  };
  const before = factorAt(5);
  two[(codec.bands - 1) * codec.frames + 6] = 200;
  expect(factorAt(5)).not.toBeCloseTo(before, 3);
});

test('codecs without a network are read as before, and one that lacks weights is refused', () => {
  expect(MelCodec.parse(JSON.parse(JSON.stringify(codec)))).toEqual(codec);
  const whole = { ...codec, magnitudes: networkWith(() => undefined) };
  expect(MelCodec.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
  const cut = { ...whole.magnitudes, weights: whole.magnitudes.weights.slice(0, -8) };
  expect(MelCodec.safeParse({ ...codec, magnitudes: cut }).success).toBe(false);
  expect(MelCodec.safeParse({ ...whole, bands: 32 }).success).toBe(false);
});
