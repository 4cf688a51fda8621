// The client's events for programs: one JSON document a line.
import type { Notify } from '#client/events.ts';

/** `now` is in milliseconds. Every line has `at` in ISO 8601, `type`, and the members of the event (client/events.ts). */
export function eventLines(stream: { write(text: string): unknown }, now: () => number): Notify {
  return (event) => void stream.write(`${JSON.stringify({ at: new Date(now()).toISOString(), ...event })}\n`);
}
