// Clips of another length than those a model draws.

const FADE_SECONDS = 0.01;

/** Cuts a clip, fading out over its last 10 ms, or appends silence. */
export function ofDuration(clip: Int16Array, sampleRate: number, seconds: number): Int16Array {
  const length = Math.max(1, Math.round(seconds * sampleRate));
  if (length === clip.length) return clip;
  const out = new Int16Array(length);
  out.set(clip.subarray(0, length));
  if (length > clip.length) return out;
  const fade = Math.min(length, Math.round(FADE_SECONDS * sampleRate));
  for (let i = 0; i < fade; i++) {
    const at = length - fade + i;
    out[at] = Math.round(((out[at] as number) * (fade - 1 - i)) / fade);
  }
  return out;
}
