// Compares the fingerprints of pairs of items that may be near duplicates.
import { CROP_MOVES } from '#core/similarity/crop-hashes.ts';
import { LIKENESSES, type LikenessName, roundedLikeness } from '#core/similarity/likenesses.ts';
import { type Emit, type Line, LineError, readTexts } from './lines.ts';

const FIELDS = 5;
const INTEGER = /^\d{1,10}$/;
const HEXADECIMAL = /^([\dA-Fa-f]{2})*$/;

/**
 * Lines: x, y, how the pair was found, and both fingerprints in hexadecimal digits. How, as bits: 1: by their hashes; 2 to 16: by the hash of a crop
 * of x; 32 to 256: of a crop of y. The attempts are made in this order, and the first one that reaches `wanted` counts. Answers `p x y 0 likeness`.
 */
export function verify(name: LikenessName, wanted: number, emit: Emit) {
  const likeness = LIKENESSES[name];
  const visit = (line: Line) => {
    const [x = '', y = '', how = '', printX = '', printY = ''] = readTexts(line, FIELDS);
    if (![x, y, how].every((text) => INTEGER.test(text)) || ![printX, printY].every((text) => HEXADECIMAL.test(text)))
      throw new LineError(`Line ${line.number} is no pair of fingerprints: x ${x}, y ${y}, found by ${how}.`);
    const [a, b, found] = [Buffer.from(printX, 'hex'), Buffer.from(printY, 'hex'), Number(how)];
    let best = found & 1 ? likeness(a, b, { wanted }) : Number.NEGATIVE_INFINITY;
    for (const [crop, start] of CROP_MOVES.entries())
      if (best < wanted && found & (2 << crop)) best = likeness(b, a, { start, wanted });
    for (const [crop, start] of CROP_MOVES.entries())
      if (best < wanted && found & (32 << crop)) best = likeness(a, b, { start, wanted });
    if (best >= wanted) emit('p', Number(x), Number(y), 0, roundedLikeness(best));
  };
  return { visit, finish: () => undefined };
}
