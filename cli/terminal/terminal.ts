// The two streams of a command: data for programs on stdout, words for people on stderr.

export type Terminal = {
  /** Data: goes to stdout as it is. */
  data(text: string): void;
  /** Words for people: goes to stderr, one line. */
  say(text: string): void;
  /** Replaces the live line at the bottom; undefined removes it. Does nothing where nobody watches. */
  live(line: string | undefined): void;
  /** Somebody watches stderr. */
  readonly interactive: boolean;
  readonly style: Style;
};
export type Style = {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
};

type Stream = { write(text: string): unknown; isTTY?: boolean; columns?: number };

const ERASE_LINE = '\r\u001b[2K';
const DEFAULT_COLUMNS = 80;

/** Colours follow https://no-color.org: none with NO_COLOR, none where stderr is no terminal. */
export function openTerminal(out: Stream, err: Stream, environment: Record<string, string | undefined>): Terminal {
  const interactive = err.isTTY === true && environment.TERM !== 'dumb';
  const color = interactive && !environment.NO_COLOR;
  let shown: string | undefined;
  const draw = (line: string | undefined) => {
    if (!interactive || line === shown) return;
    shown = line;
    err.write(line === undefined ? ERASE_LINE : `${ERASE_LINE}${line.slice(0, (err.columns ?? DEFAULT_COLUMNS) - 1)}`);
  };
  return {
    interactive,
    style: styleOf(color),
    data: (text) => {
      draw(undefined);
      out.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    say: (text) => {
      const kept = shown;
      draw(undefined);
      err.write(`${text}\n`);
      draw(kept);
    },
    live: draw,
  };
}

function styleOf(color: boolean): Style {
  const wrap = (code: number) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: wrap(1), dim: wrap(2), good: wrap(32), bad: wrap(31) };
}
