// Ends the work of a request before the call itself ends: what the platform stops answers nobody.
import { AsyncLocalStorage } from 'node:async_hooks';

/** Left for writing the answer: of 50,000 rows, some seconds. */
const SPARE_MS = 6_000;

const current = new AsyncLocalStorage<{ readonly endsAtMs: number; readonly now: () => number }>();

export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** Runs the work of one call. `leftMs`: until the platform stops it. */
export function withinDeadline<T>(leftMs: number, work: () => Promise<T>, now = () => performance.now()): Promise<T> {
  return current.run({ endsAtMs: now() + leftMs - SPARE_MS, now }, work);
}

/** Called between steps of long work. Throws DeadlinePassed; without a deadline, never. */
export function checkDeadline(): void {
  const deadline = current.getStore();
  if (deadline && deadline.now() > deadline.endsAtMs) throw new DeadlinePassed();
}
