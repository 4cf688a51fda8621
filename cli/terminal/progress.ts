// How far something is: a bar with the time left where somebody watches, a line now and then where nobody does.
import { duration } from '#core/base/format.ts';
import type { Terminal } from './terminal.ts';

const BAR_CELLS = 24;
const SPARSE_EVERY_MS = 15_000;

export type Progress = {
  /** `total` may change on the way; `detail` stands behind the bar. `mostLeftMs`: it ends by then whatever its pace is. */
  update(done: number, total: number, detail?: string, mostLeftMs?: number): void;
  /** Removes the bar. */
  end(): void;
};

/** `now` is in milliseconds and need not be the wall clock. */
export function openProgress(terminal: Terminal, label: string, now: () => number): Progress {
  const startedAt = now();
  let first: number | undefined;
  let lastLineAt = startedAt;
  return {
    update(done, total, detail = '', mostLeftMs = Number.POSITIVE_INFINITY) {
      first ??= done;
      const elapsedMs = now() - startedAt;
      const share = total > 0 ? Math.min(done / total, 1) : 0;
      const left = timeLeft(done - first, total - done, elapsedMs, mostLeftMs);
      const figures = `${done.toLocaleString('en')}/${total.toLocaleString('en')}`;
      const tail = [figures, detail, left && `${left} left`].filter(Boolean).join('  ');
      terminal.live(`${label} ${bar(share)} ${String(Math.floor(share * 100)).padStart(3)}%  ${tail}`);
      if (!terminal.interactive && now() - lastLineAt >= SPARSE_EVERY_MS) {
        lastLineAt = now();
        terminal.say(`${label} ${Math.floor(share * 100)}% ${tail}`);
      }
    },
    end: () => terminal.live(undefined),
  };
}

function bar(share: number): string {
  const full = Math.round(share * BAR_CELLS);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_CELLS - full)}]`;
}

/** Nothing is foretold from the first second, or before anything was done. */
function timeLeft(done: number, remaining: number, elapsedMs: number, mostLeftMs: number): string {
  if (done <= 0 || remaining <= 0 || elapsedMs < 1000) return '';
  return duration(Math.min((remaining * elapsedMs) / done, mostLeftMs));
}
