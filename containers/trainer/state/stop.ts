// Why a run is to stop before its end, and the one place that remembers it.

export type StopReason =
  | { readonly kind: 'signal'; readonly signal: 'SIGTERM' | 'SIGINT' }
  | { readonly kind: 'request'; readonly by: string }
  | { readonly kind: 'lost'; readonly error: Error };

export type StopSwitch = {
  readonly reason: StopReason | undefined;
  /** The first reason counts, except that a lost lease has priority: nothing may be written after it. */
  ask(reason: StopReason): void;
  /** Calls back immediately if a stop was requested before. Returns a function that ends the listening. */
  listen(listener: (reason: StopReason) => void): () => void;
  /** Throws Stopped when a stop was asked for. */
  check(): void;
};

export class Stopped extends Error {
  override readonly name = 'Stopped';
}

export function stopSwitch(): StopSwitch {
  const listeners = new Set<(reason: StopReason) => void>();
  let reason: StopReason | undefined;
  return {
    get reason() {
      return reason;
    },
    ask(asked) {
      if (reason !== undefined && (asked.kind !== 'lost' || reason.kind === 'lost')) return;
      reason = asked;
      for (const listener of listeners) listener(asked);
    },
    listen(listener) {
      listeners.add(listener);
      if (reason !== undefined) listener(reason);
      return () => listeners.delete(listener);
    },
    check() {
      if (reason !== undefined) throw new Stopped('a stop was requested');
    },
  };
}
