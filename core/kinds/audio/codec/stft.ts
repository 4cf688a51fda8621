// The short-time Fourier transform of a clip under a Hann window, and the clip that is nearest to given spectra (Griffin and Lim 1984).
import FFT from 'fft.js';

export type Frames = {
  /** Samples of a frame, a power of two. */
  readonly frame: number;
  readonly hop: number;
  readonly frames: number;
  /** Sample at which the first frame begins; negative where it begins before the clip. */
  readonly start: number;
  /** Samples of the clip. */
  readonly samples: number;
};

/** Spectra [frames, frame / 2 + 1], both parts. */
export type Spectra = { readonly real: Float64Array; readonly imaginary: Float64Array };

export type Stft = {
  readonly bins: number;
  /** `heard`: the frames to transform; the others stay as they are. @default all */
  forward(samples: Float64Array, into: Spectra, heard?: readonly number[]): void;
  /** The clip whose spectra have the least squared distance from the given ones. `heard`: the frames that are not silent. @default all */
  inverse(spectra: Spectra, into: Float64Array, heard?: readonly number[]): void;
};

/** A sample whose window sum is below this is not divided by it, since the quotient would be unstable. */
const LEAST_WINDOW = 1e-8;

/** Frames go through the transform in pairs: one as its real, one as its imaginary part. */
export function stftOf({ frame, hop, frames, start, samples }: Frames): Stft {
  const fft = new FFT(frame);
  const bins = frame / 2 + 1;
  const window = Float64Array.from(
    { length: frame },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / frame),
  );
  const packed = new Float64Array(2 * frame) as unknown as number[];
  const turned = new Float64Array(2 * frame) as unknown as number[];
  const all = Array.from({ length: frames }, (_, at) => at);
  const weights = new Float64Array(samples);
  for (let at = 0; at < frames; at++)
    forSamples(at, (i, sample) => {
      weights[sample] = (weights[sample] as number) + (window[i] as number) ** 2;
    });

  function forSamples(at: number, visit: (i: number, sample: number) => void): void {
    const first = start + at * hop;
    const end = Math.min(frame, samples - first);
    for (let i = Math.max(0, -first); i < end; i++) visit(i, first + i);
  }

  /** Puts a frame under its window into every second place from `part` on. */
  function load(clip: Float64Array, at: number | undefined, part: 0 | 1): void {
    const first = at === undefined ? samples : start + at * hop;
    for (let i = 0; i < frame; i++) {
      const sample = first + i;
      packed[2 * i + part] = sample >= 0 && sample < samples ? (clip[sample] as number) * (window[i] as number) : 0;
    }
  }

  function add(clip: Float64Array, at: number, part: 0 | 1): void {
    const first = start + at * hop;
    const end = Math.min(frame, samples - first);
    for (let i = Math.max(0, -first); i < end; i++)
      clip[first + i] = (clip[first + i] as number) + (packed[2 * i + part] as number) * (window[i] as number);
  }

  return {
    bins,
    forward(clip, { real, imaginary }, heard = all) {
      for (let pair = 0; pair < heard.length; pair += 2) {
        const [at, next] = [heard[pair] as number, heard[pair + 1]];
        load(clip, at, 0);
        load(clip, next, 1);
        fft.transform(turned, packed);
        const [a, b] = [at * bins, (next ?? 0) * bins];
        for (let bin = 0; bin < bins; bin++) {
          const mirror = bin === 0 ? 0 : frame - bin;
          const [re, im] = [turned[2 * bin] as number, turned[2 * bin + 1] as number];
          const [reMirror, imMirror] = [turned[2 * mirror] as number, turned[2 * mirror + 1] as number];
          real[a + bin] = (re + reMirror) / 2;
          imaginary[a + bin] = (im - imMirror) / 2;
          if (next === undefined) continue;
          real[b + bin] = (im + imMirror) / 2;
          imaginary[b + bin] = (reMirror - re) / 2;
        }
      }
    },
    inverse({ real, imaginary }, clip, heard = all) {
      clip.fill(0);
      for (let pair = 0; pair < heard.length; pair += 2) {
        const [at, next] = [heard[pair] as number, heard[pair + 1]];
        const [a, b] = [at * bins, (next ?? 0) * bins];
        const hasSecond = next !== undefined;
        for (let bin = 0; bin < bins; bin++) {
          const isEdge = bin === 0 || bin === bins - 1;
          const [reA, imA] = [real[a + bin] as number, isEdge ? 0 : (imaginary[a + bin] as number)];
          const reB = hasSecond ? (real[b + bin] as number) : 0;
          const imB = hasSecond && !isEdge ? (imaginary[b + bin] as number) : 0;
          turned[2 * bin] = reA - imB;
          turned[2 * bin + 1] = imA + reB;
          if (isEdge) continue;
          const mirror = frame - bin;
          turned[2 * mirror] = reA + imB;
          turned[2 * mirror + 1] = reB - imA;
        }
        fft.inverseTransform(packed, turned);
        add(clip, at, 0);
        if (next !== undefined) add(clip, next, 1);
      }
      for (let sample = 0; sample < samples; sample++) {
        const weight = weights[sample] as number;
        clip[sample] = weight > LEAST_WINDOW ? (clip[sample] as number) / weight : 0;
      }
    },
  };
}

/** Room for the spectra of that many frames. */
export function newSpectra(frames: number, bins: number): Spectra {
  return { real: new Float64Array(frames * bins), imaginary: new Float64Array(frames * bins) };
}
