// Descriptions of options that every generating command has.
export const SEED_WORDS = 'seed of the random numbers: the same seed gives the same items';
export const MODEL_WORDS = 'id of a model; default: the one that serves';

/** What commands draw, as people call it. */
export type Drawn = 'images' | 'clips' | 'tables' | 'texts';

const FILES: Readonly<Record<Drawn, string>> = {
  images: '.png, .jpg or .webp (a grid), .gif (an animation), .npy, .json, .zip or a folder (one PNG each)',
  clips: '.wav, .flac, .npy, .json, .zip or a folder (one WAV each)',
  tables: '.csv, .jsonl, .parquet or .json',
  texts: '.txt, .csv, .jsonl or .json; tunes also: .abc, .mid or .wav',
};

/** Returns the description of --out of a command that draws items of these kinds. */
export function fileWords(...kinds: readonly Drawn[]): string {
  const lists = kinds.map((kind) => (kinds.length > 1 ? `${kind}: ${FILES[kind]}` : FILES[kind]));
  return [...lists, '-: standard output'].join('; ');
}

/** Returns the description of a given item for a command that takes items of these kinds. */
export function itemWords(...kinds: readonly Exclude<Drawn, 'tables'>[]): string {
  const files = [
    ...(kinds.includes('images') ? ['image file'] : []),
    ...(kinds.includes('clips') ? ['sound file'] : []),
  ];
  const text = kinds.includes('texts') ? '; for texts, the text itself' : '';
  return `${files.join(', ')}, or the first characters of the id of an item of the snapshot${text}`;
}

export const METHOD_WORDS =
  'result to write: model, simple (a method without a model), or better (the one of the two that predicts known pixels better)';
export const METHODS = ['model', 'simple', 'better'] as const;
export const MASK_WORDS = 'PNG of the size of the image: white where';
export const LABEL_WORDS =
  'class of each item, in the same order; default: the label of the item, or the most likely class';
export const LABEL_OF_ONE_WORDS = 'class of the item; default: its label, or the most likely class';
