// Clean sounds that resemble voices and instruments, and the defects planted in them. The same sounds each time.
import type { Planted } from '../planted-text-audio.ts';
import { generator, pick } from './texts.ts';

const SAMPLE_RATE = 8000;
const SOUNDS = 200;
const DEFECTS = 40;

/** Harmonics under a swell that comes in syllables, a vibrato, a little noise; some as loud as can be, some very soft. */
export function cleanSounds(): Float32Array[] {
  const random = generator(3);
  const share = () => random() / 0x7fffffff;
  return Array.from({ length: SOUNDS }, () => {
    const length = Math.round(SAMPLE_RATE * (0.3 + share() * 1.2));
    const pitch = 60 + share() * 400;
    const harmonics = Array.from({ length: 1 + (random() % 8) }, (_, i) => (share() + 0.2) / (i + 1));
    const syllables = 1 + (random() % 4);
    const noise = 10 ** (-3 - share());
    const samples = Float32Array.from({ length }, (_, i) => {
      const time = i / SAMPLE_RATE;
      const swell = Math.sin((Math.PI * syllables * (i + 0.5)) / length) ** 2;
      const turn = 2 * Math.PI * pitch * time + 2 * Math.sin(2 * Math.PI * 5 * time);
      const wave = harmonics.reduce((sum, amplitude, k) => sum + amplitude * Math.sin(turn * (k + 1)), 0);
      return swell * wave + noise * (share() - 0.5);
    });
    const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const level = pick([0.999, 0.9, 0.5, 0.1, 0.02], random);
    return samples.map((value) => (value / peak) * level);
  });
}

export function plantedSounds(sounds: readonly Float32Array[], sampleRate = SAMPLE_RATE): Planted[] {
  const random = generator(4);
  const share = () => random() / 0x7fffffff;
  const make = (defect: NonNullable<Planted['defect']>, change: (samples: Float32Array) => Uint8Array): Planted[] =>
    Array.from({ length: DEFECTS }, () => ({ bytes: change(pick(sounds, random)), defect }));
  const wav = (samples: Float32Array) => wavOf(samples, sampleRate);
  return [
    ...sounds.map((samples) => ({ bytes: wav(samples) })),
    ...make('audio.clipping', (samples) => wav(overdriven(samples, 1.3 + share() * 3, pick([1, 0.7], random)))),
    ...make('audio.silence', (samples) => {
      const level = pick([0, 1e-3], random);
      return wav(samples.map(() => (share() - 0.5) * level));
    }),
    ...make('audio.dc-offset', (samples) => {
      const offset = pick([0.03, -0.1, 0.15], random);
      return wav(samples.map((value) => value * 0.8 + offset));
    }),
    ...make('audio.truncated', (samples) => {
      const whole = wav(samples);
      return whole.subarray(0, Math.round(whole.length * (0.3 + share() * 0.69)));
    }),
    ...make('audio.low-snr', (samples) => wav(samples.map((value) => value * 0.01 + (share() - 0.5) * 0.5))),
    ...make('audio.too-short', (samples) => wav(samples.subarray(samples.length >> 1, (samples.length >> 1) + 400))),
  ];
}

/** Recorded with so much gain, and turned down afterwards. */
function overdriven(samples: Float32Array, gain: number, level: number): Float32Array {
  const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return samples.map((value) => Math.max(-1, Math.min(1, (value / peak) * gain)) * level);
}

function wavOf(samples: Float32Array, sampleRate: number): Uint8Array {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + samples.length * 2, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(sampleRate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples.length * 2, 40);
  for (const [i, value] of samples.entries())
    bytes.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))), 44 + i * 2);
  return new Uint8Array(bytes);
}
