// The pretrained networks as files that the set-up made; they ship in the trainer's image at the same place.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sha256 } from '#core/base/hash.ts';
import { PRETRAINED_FILES, type PretrainedFile } from '#core/kinds/image/pretrained-features.ts';

const FOLDER = resolve(import.meta.dirname, '../../../.goldpan/native/features');

/** The files that a training reads; the trainer's image has no others. Alignment reads the one of stride 16, and `lite0.onnx` is for comparisons. */
export const TRAINER_FILES = ['lite0.safetensors', 'lite2.onnx'] as const satisfies readonly PretrainedFile[];

/** Returns whether the files that a training reads exist; without them a model is trained on the dataset alone. */
export function hasPretrainedFiles(folder = FOLDER): boolean {
  return TRAINER_FILES.every((name) => existsSync(resolve(folder, name)));
}

/** The bytes of a pretrained file. Throws when the file is missing or is not the pinned one. */
export function readPretrainedFile(name: PretrainedFile, folder = FOLDER): Buffer {
  const path = resolve(folder, name);
  if (!existsSync(path)) throw new Error(`${path} is missing. Run: npm run setup`);
  const bytes = readFileSync(path);
  if (sha256(bytes) !== PRETRAINED_FILES[name])
    throw new Error(`${path} is not the pinned file. Run: npm run setup -- --force`);
  return bytes;
}
