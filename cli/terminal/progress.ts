// Shows the progress of work: a bar with the remaining time on a terminal, an occasional line in a log.
import { duration } from '#core/base/format.ts';
import type { Terminal } from './terminal.ts';

const BAR_CELLS = 24;
const LOG_EVERY_MS = 30_000;

export type ProgressLine = {
  /** `total` may change on the way; `detail` stands behind the bar. `atMostMs`: the work ends by then at any pace. */
  update(done: number, total: number, detail?: string, atMostMs?: number): void;
  /** Removes the bar. */
  end(): void;
};

/** `now` is in milliseconds and need not be the wall clock. In a log a line is printed only when the numbers or the detail changed. */
export function openProgress(terminal: Terminal, label: string, now: () => number): ProgressLine {
  const startedAt = now();
  let first: number | undefined;
  let loggedAt = startedAt;
  let logged = '';
  return {
    update(done, total, detail = '', atMostMs = Number.POSITIVE_INFINITY) {
      first ??= done;
      const elapsedMs = now() - startedAt;
      const share = total > 0 ? Math.min(done / total, 1) : 0;
      const left = timeLeft(done - first, total - done, elapsedMs, atMostMs);
      const news = [`${done.toLocaleString('en')}/${total.toLocaleString('en')}`, detail].filter(Boolean).join('  ');
      const tail = left ? `${news}  ${left} left` : news;
      terminal.live(`${label.padEnd(9)} ${bar(share)} ${String(Math.floor(share * 100)).padStart(3)}%  ${tail}`);
      if (terminal.interactive || news === logged || now() - loggedAt < LOG_EVERY_MS) return;
      loggedAt = now();
      logged = news;
      terminal.say(`${label} ${Math.floor(share * 100)}% ${tail}`);
    },
    end: () => terminal.live(undefined),
  };
}

function bar(share: number): string {
  const full = Math.round(share * BAR_CELLS);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_CELLS - full)}]`;
}

/** Nothing is estimated from the first second, or before anything was done. */
function timeLeft(done: number, remaining: number, elapsedMs: number, atMostMs: number): string {
  if (done <= 0 || remaining <= 0 || elapsedMs < 1000) return '';
  const leftMs = Math.min((remaining * elapsedMs) / done, atMostMs);
  // A budget that is used up says nothing about what is left.
  return leftMs > 0 ? duration(leftMs) : '';
}
