// Tells films from sounds among the files that can hold either.
import { findSound, type SoundType } from '../find-sound.ts';
import { matroskaFacts } from './matroska-facts.ts';
import { mp4Facts } from './mp4-facts.ts';

/** Names of films, where the first bytes do not tell: recorders write the index at the end. */
const FILM_NAMES = /\.(mp4|m4v|mov|mkv|avi)$/i;

export function isFilm(bytes: Uint8Array, type: SoundType): boolean {
  if (type === 'mp4') return mp4Facts(bytes)?.isFilm ?? false;
  return type === 'matroska' && (matroskaFacts(bytes)?.isFilm ?? false);
}

/** `start`: the first bytes of the file. The name counts where they do not tell. */
export function looksLikeFilm(start: Uint8Array, path: string): boolean {
  const { type } = findSound(start);
  if (type !== 'mp4' && type !== 'matroska') return false;
  const facts = type === 'mp4' ? mp4Facts(start) : matroskaFacts(start);
  return facts?.isFilm ?? FILM_NAMES.test(path);
}
