// How two fingerprints are compared, by the kind of their items.
import { minHashSimilarity } from './min-hash.ts';
import { type Likeness, spectrogramSimilarity, thumbnailSimilarity } from './thumbnail-similarity.ts';

export const LIKENESSES = {
  image: thumbnailSimilarity,
  audio: spectrogramSimilarity,
  text: minHashSimilarity,
} as const satisfies Record<string, Likeness>;
export type LikenessName = keyof typeof LIKENESSES;

export function isLikenessName(name: string): name is LikenessName {
  return Object.hasOwn(LIKENESSES, name);
}

/** Similarities are stored with 4 digits. */
export function roundedLikeness(likeness: number): number {
  return Math.min(1, Math.round(likeness * 1e4) / 1e4);
}
