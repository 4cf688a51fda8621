// The lengths of the bars of a tune in ABC notation.
import { abcTokens } from './abc-tokens.ts';

export type AbcBars = {
  /** Whole notes in each bar between two bar lines, in order; empty ones are left out. */
  readonly bars: readonly number[];
  /** Whether every symbol is one of ABC and there is music. */
  readonly isWellFormed: boolean;
};

export type Metre = {
  /** Whole notes of a bar. */
  readonly length: number;
  /** Whether beats are of three: 6/8, 9/8 and 12/8, and not 3/4. */
  readonly isCompound: boolean;
};

/** Bars are equal up to here: tuplets are thirds. */
export const EQUAL = 1e-6;

/** `unit`: the length of a note without a number, as a share of a whole note; `metre`: undefined where it is free. */
export function abcBars(body: string, unit: number, metre: Metre | undefined): AbcBars {
  const bars: number[] = [];
  let [bar, isWellFormed] = [0, true];
  let tuplet = { left: 0, factor: 1 };
  /** Of the note before, and what a broken rhythm does to the next one. */
  let [last, next] = [0, 1];
  const play = (length: number) => {
    const factor = tuplet.left > 0 ? tuplet.factor : 1;
    tuplet = { ...tuplet, left: Math.max(0, tuplet.left - 1) };
    last = length * unit * factor * next;
    next = 1;
    bar += last;
  };
  for (const token of abcTokens(body)) {
    switch (token.kind) {
      case 'note':
      case 'chord':
        play(token.length);
        break;
      case 'bars':
        bar += token.count * (metre?.length ?? 1);
        break;
      case 'tuplet': {
        const usual = metre?.isCompound ? 3 : 2;
        tuplet = { left: token.notes, factor: token.factor ?? usual / token.notes };
        break;
      }
      case 'broken': {
        const short = 2 ** -token.dots;
        const own = token.isLongFirst ? 2 - short : short;
        bar += last * (own - 1);
        next = 2 - own;
        break;
      }
      case 'line':
        if (bar > EQUAL) bars.push(bar);
        [bar, last] = [0, 0];
        break;
      case 'unknown':
        isWellFormed = false;
        break;
      default:
        break;
    }
  }
  if (bar > EQUAL) bars.push(bar);
  return { bars, isWellFormed: isWellFormed && bars.length > 0 };
}
