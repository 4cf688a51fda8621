// Numbers and how they are said: a law without exceptions, by which a model of pairs is either right or wrong.
import { uniforms } from '#core/base/random.ts';

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES = ['', ' thousand', ' million'];
const MOST_DIGITS = 9;

/** Distinct numbers of up to nine digits, as many of each length as there are. */
export function numberPairs(count: number, seed: number): { source: string; text: string }[] {
  const numbers = new Set<number>();
  const draws = uniforms(seed, 'numbers', 8 * count);
  for (let at = 0; numbers.size < count && at + 1 < draws.length; at += 2) {
    const digits = 1 + Math.floor((draws[at] as number) * MOST_DIGITS);
    numbers.add(Math.floor((draws[at + 1] as number) * 10 ** digits));
  }
  return [...numbers].map((number) => ({ source: String(number), text: inWords(number) }));
}

export function inWords(number: number): string {
  if (number === 0) return 'zero';
  const groups = [0, 1, 2].map((place) => Math.floor(number / 1000 ** place) % 1000);
  return groups
    .map((group, place) => (group === 0 ? '' : `${hundreds(group)}${SCALES[place]}`))
    .reverse()
    .filter((words) => words !== '')
    .join(' ');
}

function hundreds(number: number): string {
  const [whole, rest] = [Math.floor(number / 100), number % 100];
  const words = whole > 0 ? [`${SMALL[whole]} hundred`] : [];
  if (rest >= 20) words.push(`${TENS[Math.floor(rest / 10) - 2]}${rest % 10 > 0 ? `-${SMALL[rest % 10]}` : ''}`);
  else if (rest > 0) words.push(SMALL[rest] as string);
  return words.join(' ');
}
