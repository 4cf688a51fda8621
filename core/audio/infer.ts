// What a dataset of clips needs, from the headers of some of its files.
import { AudioConfig } from '../config.ts';
import type { Sample } from '../infer-dataset.ts';

export function inferAudio(_samples: readonly Sample[]): AudioConfig {
  return AudioConfig.parse({});
}
