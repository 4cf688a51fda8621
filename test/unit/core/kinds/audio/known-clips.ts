// Clips of two classes that differ by where they swell and how high they are; within a class pitch and length vary.
import { uniforms } from '#core/base/random.ts';

export const KNOWN_AUDIO = { sampleRate: 8000, seconds: 0.25 } as const;
const SAMPLES = KNOWN_AUDIO.sampleRate * KNOWN_AUDIO.seconds;

/** int16 [items, samples], and the class of each: 0 low and early, 1 high and late. */
export function knownClips(items: number, seed: number): { samples: Int16Array; labels: Int32Array } {
  const draws = uniforms(seed, 'clips', items * 3);
  const samples = new Int16Array(items * SAMPLES);
  const labels = Int32Array.from({ length: items }, (_, item) => item % 2);
  for (let item = 0; item < items; item++) {
    const [pitch, place, level] = [0, 1, 2].map((k) => draws[item * 3 + k] as number) as [number, number, number];
    const hertz = labels[item] === 0 ? 300 + 200 * pitch : 1500 + 800 * pitch;
    const centre = SAMPLES * ((labels[item] === 0 ? 0.25 : 0.6) + 0.15 * place);
    for (let i = 0; i < SAMPLES; i++) {
      const swell = Math.exp(-(((i - centre) / (0.12 * SAMPLES)) ** 2));
      const tone = Math.sin((2 * Math.PI * hertz * i) / KNOWN_AUDIO.sampleRate);
      samples[item * SAMPLES + i] = Math.round(32_767 * (0.4 + 0.5 * level) * swell * tone);
    }
  }
  return { samples, labels };
}
