// The two streams of a command: data for programs on stdout, words for people on stderr.

export type Terminal = {
  /** Prints output to stdout, in place of what `redraw` has shown. */
  data(text: string): void;
  /** Output for programs: one JSON document on stdout, one line where stdout is not a terminal. */
  json(value: unknown): void;
  /** Prints a line for people to stderr. */
  say(text: string): void;
  /** Replaces the live line at the bottom; undefined removes it. Does nothing if stderr is not a terminal. */
  live(line: string | undefined): void;
  /**
   * Replaces the output of the last call on stdout. If stdout is not a terminal, prints the text only if it has changed.
   */
  redraw(text: string): void;
  /** Stderr is a terminal. */
  readonly interactive: boolean;
  /** Colours of stderr, and of stdout. */
  readonly style: Style;
  readonly dataStyle: Style;
};
export type Style = {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
};

type Stream = { write(text: string): unknown; isTTY?: boolean; columns?: number };

const ESCAPE = '\u001b';
const ERASE_LINE = `\r${ESCAPE}[2K`;
const CLEAR_SCREEN = `${ESCAPE}[H${ESCAPE}[2J`;
const DEFAULT_COLUMNS = 80;
/** Control and bidi characters, but no line feed, no tab and no escape that starts a colour of `styleOf`. */
const UNSAFE = new RegExp(
  `(?![\\n\\t]|${ESCAPE}\\[[0-9]+m)[\\p{Cc}\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]`,
  'gu',
);

/** Colours follow https://no-color.org: they are off with NO_COLOR, and if the stream is not a terminal. */
export function openTerminal(out: Stream, err: Stream, environment: Record<string, string | undefined>): Terminal {
  const isColored = (stream: Stream) => stream.isTTY === true && environment.TERM !== 'dumb' && !environment.NO_COLOR;
  const interactive = err.isTTY === true && environment.TERM !== 'dumb';
  let shown: string | undefined;
  let drawn: string | undefined;
  const draw = (given: string | undefined) => {
    const line = given === undefined ? undefined : printable(given).replace(/\n/g, ' ');
    if (!interactive || line === shown) return;
    shown = line;
    err.write(line === undefined ? ERASE_LINE : `${ERASE_LINE}${line.slice(0, (err.columns ?? DEFAULT_COLUMNS) - 1)}`);
  };
  const write = (text: string) => {
    draw(undefined);
    if (drawn !== undefined && out.isTTY === true && environment.TERM !== 'dumb') out.write(CLEAR_SCREEN);
    out.write(text.endsWith('\n') ? text : `${text}\n`);
  };
  return {
    interactive,
    style: styleOf(isColored(err)),
    dataStyle: styleOf(isColored(out)),
    data: (text) => write(printable(text)),
    json: (value) => write(JSON.stringify(value, null, out.isTTY === true ? 2 : undefined)),
    say: (text) => {
      const kept = shown;
      draw(undefined);
      err.write(`${printable(text)}\n`);
      draw(kept);
    },
    live: draw,
    redraw: (text) => {
      if (text === drawn) return;
      drawn = text;
      write(printable(text));
    },
  };
}

/** The same terminal for programs: every line on stderr is one JSON document, and there is no live line. */
export function jsonLines(terminal: Terminal, err: Stream): Terminal {
  return {
    ...terminal,
    interactive: false,
    say: (text) => void err.write(`${JSON.stringify({ type: 'message', text: withoutColors(text) })}\n`),
    live: () => undefined,
    style: styleOf(false),
  };
}

function withoutColors(text: string): string {
  return printable(text).replaceAll(new RegExp(`${ESCAPE}\\[[0-9]+m`, 'g'), '');
}

function printable(text: string): string {
  return text.replace(UNSAFE, '');
}

function styleOf(color: boolean): Style {
  const wrap = (code: number) => (text: string) => (color ? `${ESCAPE}[${code}m${text}${ESCAPE}[0m` : text);
  return { bold: wrap(1), dim: wrap(2), good: wrap(32), bad: wrap(31) };
}
