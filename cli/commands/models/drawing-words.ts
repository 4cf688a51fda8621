// Descriptions of options that every generating command has.

export const SEED_WORDS = 'seed of the random numbers: the same seed gives the same items';
export const MODEL_WORDS = 'id of a model; default: the one that serves';
export const FILE_WORDS =
  'images: .png, .jpg or .webp (a grid), .gif (an animation), .npy, .json, .zip or a folder (one PNG each); clips: .wav, .flac, .npy, .json, .zip or a folder (one WAV each); tables: .csv, .jsonl, .parquet or .json; texts: .txt, .csv, .jsonl or .json; tunes also: .abc, .mid or .wav; -: standard output';
export const OUT_WORDS = `${FILE_WORDS}; default: samples.png, samples.wav or samples.csv, texts are printed`;
export const ITEM_WORDS =
  'image file, sound file, or the first characters of the id of an item of the snapshot; for texts, the text itself';
export const METHOD_WORDS =
  'result to write: model, simple (a method without a model), or better (the one of the two that predicts known pixels better)';
export const METHODS = ['model', 'simple', 'better'] as const;
export const MASK_WORDS = 'PNG of the size of the image: white where';
export const LABEL_WORDS =
  'class of each item, in the same order; default: the label of the item, or the most likely class';
