const barCells = 24;
const redrawEveryMs = 500;
const stillEveryMs = 30_000;

/**
 * Shows the progress of `total` steps: a line for each that begins or ends, and between them a bar on a terminal, or in a log a line
 * every 30 s with what still runs. `now` returns milliseconds.
 * @param {number} total
 * @param {{isTTY?: boolean, columns?: number, write(text: string): unknown}} stream where it goes
 */
export function openProgress(total, stream = process.stderr, now = () => performance.now()) {
  const start = now();
  const running = new Map();
  let done = 0;
  let saidAt = start;
  const seconds = (since) => ((now() - since) / 1000).toFixed(1);
  const clear = () => stream.isTTY && stream.write('\r\u001b[K');
  const say = (line) => {
    clear();
    stream.write(`[${seconds(start).padStart(6)} s] ${line}\n`);
    saidAt = now();
  };
  const progress = {
    say,
    began(title) {
      running.set(title, now());
      say(`${title} ...`);
    },
    ended(title, detail) {
      const took = Number(seconds(running.get(title)));
      running.delete(title);
      done++;
      say(`${title}: ${took} s${detail ? `, ${detail}` : ''} (${done} of ${total} steps done)`);
      return took;
    },
    /** Called by a timer, and by tests. */
    look() {
      if (running.size === 0) return;
      if (!stream.isTTY) {
        if (now() - saidAt < stillEveryMs) return;
        const names = [...running].map(([title, since]) => `${title} (${Math.floor(seconds(since))} s)`);
        return say(`still working on ${names.join(', ')}; ${done} of ${total} steps done`);
      }
      const full = Math.round((done / total) * barCells);
      const bar = `[${'#'.repeat(full)}${'.'.repeat(barCells - full)}] ${done} of ${total}  ${Math.floor(seconds(start))} s`;
      const line = `${bar}  ${[...running.keys()].join(', ')}`;
      stream.write(`\r\u001b[K${line.slice(0, (stream.columns ?? 80) - 1)}`);
    },
    end() {
      clearInterval(timer);
      clear();
    },
  };
  const timer = setInterval(progress.look, redrawEveryMs);
  timer.unref();
  return progress;
}
