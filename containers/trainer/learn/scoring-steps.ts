// Tells the parent process which step of the work after training is under way.
import { EXPORT_STEP } from '../state/protocol.ts';
import type { Channel } from './channel.ts';

/** Returns a function that starts the next of the steps; `names` are in order, with the export among them. */
export function scoringSteps({ send }: Channel, names: readonly string[]): () => void {
  if (!names.includes(EXPORT_STEP)) throw new Error(`the steps ${names} lack the export`);
  let done = -1;
  return () => {
    done++;
    send({ type: 'scoring', name: names[done] as string, done, of: names.length });
  };
}
