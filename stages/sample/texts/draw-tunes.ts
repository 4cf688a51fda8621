// Tunes in ABC notation: conditions on metre and key, and draws until a player can read them.
import { isWellFormedTune, metreOf, tunePrefix } from '#core/kinds/text/abc/tunebook.ts';
import { accepted, type Result, refused } from '../problem.ts';

/** Draws of a tune before it is left out. */
const MOST_DRAWS = 8;
const CONDITION = /^\s*(metre|meter|key)\s*=\s*(?:'([^']*)'|"([^"]*)"|(.*?))\s*$/i;

/** What every tune begins with that has the metre and the key of `metre = 6/8 and key = D`. */
export function prefixOfConditions(where: string): Result<string> {
  const given: Record<string, string> = {};
  for (const part of where.split(/\band\b/i)) {
    const [, name, single, double, plain] = CONDITION.exec(part) ?? [];
    if (name === undefined) return wrong(where);
    given[name.toLowerCase() === 'key' ? 'key' : 'metre'] = (single ?? double ?? plain ?? '').trim();
  }
  const { metre, key } = given;
  if (metre === undefined || metre === '' || key === '') return wrong(where);
  if (metreOf(metre) === undefined) return wrong(where);
  return accepted(tunePrefix(metre, key));
}

function wrong(where: string): Result<never> {
  return refused(
    'condition.invalid',
    `Tunes have a metre and a key: where = "metre = 6/8", or "metre = 6/8 and key = D" (given: ${where.slice(0, 200)}).`,
  );
}

/** `draw` draws the tunes at some places; those that no player reads are drawn again. `rejected`: such draws. */
export async function drawTunes(
  count: number,
  draw: (places: readonly number[], attempt: number) => Promise<readonly string[]>,
): Promise<{ readonly tunes: string[]; readonly rejected: number }> {
  const drawn = new Map<number, string>();
  let rejected = 0;
  for (let attempt = 0; attempt < MOST_DRAWS && drawn.size < count; attempt++) {
    const places = Array.from({ length: count }, (_, place) => place).filter((place) => !drawn.has(place));
    const tunes = await draw(places, attempt);
    for (const [at, place] of places.entries()) {
      const tune = tunes[at] as string;
      if (isWellFormedTune(tune)) drawn.set(place, tune);
      else rejected++;
    }
  }
  return { tunes: [...drawn].sort(([a], [b]) => a - b).map(([, tune]) => tune), rejected };
}
