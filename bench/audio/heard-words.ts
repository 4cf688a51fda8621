// The words that PocketSphinx hears: a recogniser that knows nothing of the dataset.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { resample } from '#core/kinds/audio/resample.ts';
import { askPython, type PythonPeer } from '../peer/python-environment.ts';

const POCKETSPHINX: PythonPeer = {
  name: 'pocketsphinx',
  packages: ['pocketsphinx==5.1.1'],
  script: 'pocketsphinx_words.py',
};
/** The rate of its acoustic model. */
const RATE = 16_000;
/** Silence around a clip, which its search needs. */
const AROUND_SECONDS = 0.25;
const FULL_SCALE = 32_767;

export type Spoken = { readonly sounds: readonly Int16Array[]; readonly labels: readonly number[] };

/** Returns the share of clips in which it hears the word of their class, among all words. */
export function shareHeard({ sounds, labels }: Spoken, sampleRate: number, words: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-words-'));
  try {
    const around = Math.round(AROUND_SECONDS * sampleRate);
    const files = sounds.map((sound, i) => {
      const padded = new Float32Array(sound.length + 2 * around);
      padded.set(
        Float32Array.from(sound, (value) => value / FULL_SCALE),
        around,
      );
      const samples = Int16Array.from(resample(padded, sampleRate, RATE), (value) =>
        Math.round(FULL_SCALE * Math.max(-1, Math.min(1, value))),
      );
      const file = join(folder, `${i}.wav`);
      writeFileSync(file, writeWav(samples, RATE));
      return file;
    });
    const list = join(folder, 'files.json');
    writeFileSync(list, JSON.stringify(files));
    const { heard } = askPython<{ heard: Record<string, string | null> }>(POCKETSPHINX, [JSON.stringify(words), list]);
    return files.filter((file, i) => heard[file] === words[labels[i] as number]).length / files.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
