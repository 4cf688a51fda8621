// What a dataset of texts needs, from the beginnings of some of its files.
import { TextConfig } from '../config.ts';
import type { Sample } from '../infer-dataset.ts';

export function inferText(_samples: readonly Sample[]): TextConfig {
  return TextConfig.parse({});
}
