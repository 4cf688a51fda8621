// After training: lets a flow go on alone, fits the other priors to the codes, compares them on the validation split, and sets the learner to the chosen one.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LATENTS_FILE, type LatentMixture, storedMixture } from '#core/model/latent-mixture.ts';
import type { LatentFacts, Prior } from '#core/model/messages/latent-facts.ts';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import type { Items } from '../data/batches.ts';
import type { Judges } from '../evaluate/image/judge.ts';
import { choosePrior, type PriorCandidate, priorMetrics } from '../evaluate/shared/choose-prior.ts';
import type { Learner } from './learner.ts';

export type SettleOptions = {
  readonly learner: Learner;
  readonly data: { readonly train: Items; readonly validation: Items };
  /** Compares what priors draw; absent = draws decide nothing. */
  readonly judges?: Pick<Judges, 'draws'>;
  /** The configured prior; with `auto` the choice is free. */
  readonly asked: ResolvedTrain['prior'] | 'auto';
  readonly yieldToEventLoop: () => Promise<void>;
};

export type SettledPrior = {
  readonly facts: LatentFacts;
  /** The content of latents.json; null where no draw needs it. */
  readonly mixture: LatentMixture | null;
  readonly prior: Prior;
};

/** Returns null for a family that has no codes. */
export async function settlePrior({
  learner,
  data,
  judges,
  asked,
  yieldToEventLoop,
}: SettleOptions): Promise<SettledPrior | null> {
  const flowTuning = await learner.tuneFlow?.(data, yieldToEventLoop);
  const described = learner.describeLatents?.(data);
  if (described === undefined) return null;
  const { facts, mixture, bounds, trained } = described;
  // Without a flow the samples decide nothing: the mixture is fitted to be better than the normal prior.
  // Codes that a flow was trained along with are nowhere near the normal prior, which is shown but not chosen.
  const isOpen = judges !== undefined && asked === 'auto' && bounds.has('flow');
  const candidates: PriorCandidate[] = [];
  for (const [prior, own] of bounds) {
    await yieldToEventLoop();
    learner.drawFrom?.(prior, mixture);
    // If nothing is to be decided, no images are generated.
    const figures = isOpen ? await judges.draws(learner, yieldToEventLoop) : [];
    candidates.push({ prior, bounds: own, trained: trained.get(prior) as number, figures });
  }
  const fixed = asked === 'auto' ? 'mixture' : asked;
  // A family without bounds samples from the fitted prior.
  const isThere = bounds.size === 0 ? mixture !== null && fixed === 'mixture' : bounds.has(fixed);
  const chosen = isOpen
    ? choosePrior(candidates.filter(({ prior }) => prior !== 'normal' || !bounds.has('mixture')))
    : ({ prior: isThere ? fixed : 'normal', reason: reasonOf(asked) } as const);
  learner.drawFrom?.(chosen.prior, mixture);
  const priors = candidates.map(priorMetrics);
  return {
    facts: {
      ...facts,
      ...(flowTuning && { flowTuning }),
      ...(chosen.prior === 'flow' && { mixture: null }),
      ...{ prior: chosen.prior, reason: chosen.reason, priors },
      ...(described.quantiles && { densityQuantiles: described.quantiles(chosen.prior) }),
    },
    // A decoder with a flow in it takes no codes.
    mixture: chosen.prior === 'flow' ? null : mixture,
    prior: chosen.prior,
  };
}

function reasonOf(asked: SettleOptions['asked']): string {
  return asked === 'auto' ? 'train.prior is auto, and no flow was trained along' : `train.prior is ${asked}`;
}

/** Writes the mixture below the folder of a model and returns its file. */
export function writeLatents(folder: string, mixture: LatentMixture): string {
  writeFileSync(join(folder, LATENTS_FILE), JSON.stringify(storedMixture(mixture)));
  return LATENTS_FILE;
}
