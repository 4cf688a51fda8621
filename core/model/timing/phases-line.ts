// Says in which phases the time of a run was, or will be, spent.
import { duration } from '../../base/format.ts';
import type { RunPhases } from '../messages/run.ts';

/** Returns for example `training 3 min 10 s, scoring 25 s, export 4 s`. */
export function phasesLine({ training, scoring, export: exporting }: RunPhases): string {
  const phases = { training, scoring, export: exporting };
  return Object.entries(phases)
    .map(([name, seconds]) => `${name} ${duration(seconds * 1000)}`)
    .join(', ');
}
