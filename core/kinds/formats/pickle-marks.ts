// How a Python pickle is known, of any version of the format (https://docs.python.org/3/library/pickle.html#data-stream-format).
import type { Format } from './format.ts';

const NAMED = /\.(pkl|pickle)$/i;
/** What pickles of version 2 and later go on with behind their version. */
const FIRST_OPERATIONS = '\x95}](cXC\x8c\x80ctMKJ)';
/** The first version is letters: a module and the name of a function in it, a dictionary, or a list. */
const LETTERS = /^(c[a-z_][\w.]*\n\w+\n(p\d+\n)?[(Vg]|\([dl]p\d+\n)/;

export const PICKLE_MARKS: Pick<Format, 'suits' | 'tells'> = {
  suits: ({ start: [mark, version = 0, next = 0], path }) =>
    NAMED.test(path) ||
    (mark === 0x80 && version >= 2 && version <= 5 && FIRST_OPERATIONS.includes(String.fromCharCode(next))),
  tells: (text, path) => NAMED.test(path) || LETTERS.test(text),
};
