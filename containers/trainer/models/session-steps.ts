// A training step of a VAE, whatever its kind of data: the feeds of its schedule, norms where they are wanted, and the average of its weights.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import type { Session } from '../engine/types.ts';
import type { Learner } from '../learn/learner.ts';
import { stepReport } from '../learn/session-learner.ts';
import { strideDecay } from './rate-schedule.ts';

type StepOptions = Parameters<Learner['train']>[1];

type SessionSteps<Name extends string> = {
  readonly session: Session<Name>;
  readonly emaDecay: ResolvedTrain['emaDecay'];
  /** Scalars that a step returns. */
  readonly losses: readonly string[];
  /** The scalars that a step takes besides its batch. */
  readonly feedsAt: (step: number, budgetSpent: number) => Readonly<Record<string, number>>;
};

/** `runStep` takes the tensors of a batch, and the program where there are several that train. */
export function sessionSteps<Name extends string>({ session, emaDecay, losses, feedsAt }: SessionSteps<Name>) {
  return {
    schedule: (budgetSpent: number) => feedsAt(Math.max(0, session.step - 1), budgetSpent),
    runStep(batch: Readonly<Record<string, Float32Array>>, options: StepOptions, program: Name) {
      const fetch = [...losses, ...(options?.norms ? session.norms(program) : [])];
      const feeds = feedsAt(session.step, options?.budgetSpent ?? 0);
      const report = stepReport(session.run(program, { ...batch, ...feeds }, fetch));
      const decay = strideDecay(emaDecay, session.step);
      if (decay !== undefined) session.average(decay);
      return report;
    },
  };
}
