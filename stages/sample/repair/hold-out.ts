// Known places that are hidden to see how well a way of repairing predicts them: the true ones of a hole are not known.
import { uniforms } from '#core/base/random.ts';
import type { Hole } from './heal.ts';

const SHIFTS = 8;
/** With fewer positions a comparison is not meaningful. */
const LEAST_PLACES = 8;
const CHECKER_PIXELS = 4;
const SCATTERED_SHARE = 0.1;
const SEED = 1;

/**
 * Returns a hole of the same shape at other, known positions; every other block of it if it would cover more than half of the known
 * positions. Returns undefined if too few positions are known.
 */
export function shiftedHole(hole: Hole, width: number, height: number): Hole | undefined {
  let best: { readonly hidden: Uint8Array; readonly places: number } | undefined;
  for (let row = 0; row < SHIFTS; row++) {
    for (let column = 0; column < SHIFTS; column++) {
      const [down, across] = [Math.round((row * height) / SHIFTS), Math.round((column * width) / SHIFTS)];
      const hidden = new Uint8Array(hole.length);
      let places = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const from = ((y + height - down) % height) * width + ((x + width - across) % width);
          const at = y * width + x;
          if (hole[from] === 1 && hole[at] === 0) {
            hidden[at] = 1;
            places++;
          }
        }
      }
      if (!best || places > best.places) best = { hidden, places };
    }
  }
  if (!best) return undefined;
  const known = hole.length - countOf(hole);
  const hidden =
    best.places <= known / 2
      ? best.hidden
      : best.hidden.map((value, at) => (isDark(at % width, Math.floor(at / width)) ? value : 0));
  return countOf(hidden) >= LEAST_PLACES ? hidden : undefined;
}

/** Returns a hole of one position in ten, scattered. */
export function scatteredHole(places: number): Hole {
  return Uint8Array.from(uniforms(SEED, 'hold-out', places), (share) => Number(share < SCATTERED_SHARE));
}

export function countOf(hole: Hole): number {
  return hole.reduce((sum, value) => sum + value, 0);
}

function isDark(x: number, y: number): boolean {
  return (Math.floor(x / CHECKER_PIXELS) + Math.floor(y / CHECKER_PIXELS)) % 2 === 0;
}
