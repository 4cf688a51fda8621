// Descriptions of options that every generating command has.

export const SEED_WORDS = 'seed of the random numbers: the same seed gives the same items';
export const MODEL_WORDS = 'id of a model; default: the one that serves';
export const FILE_WORDS =
  '.png, .jpg or .webp (a grid), .gif (an animation), .npy, .json or .zip; a folder: one PNG for each item; -: standard output; of clips .wav, .npy, .json, .zip or a folder of WAVs; of a table .csv, .jsonl, .parquet or .json; of texts .txt, .csv, .jsonl or .json';
export const OUT_WORDS = `${FILE_WORDS}; default: samples.png, samples.wav or samples.csv, texts are printed`;
export const ITEM_WORDS =
  'image file, of clips a WAV file, or the beginning of the id of an item of the snapshot; of texts the text itself';
export const METHOD_WORDS =
  'what is written: model, simple (the way without a model), or better: the one that predicts known pixels better';
export const MASK_WORDS = 'PNG of the size of the image: white where';
export const LABEL_WORDS = 'class of each item, in their order; default: the one it has, or the likeliest';
