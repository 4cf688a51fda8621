// Prints the source of the latent vectors of a model, and the comparison of priors on held-out items.
import { baseSpaceSentence, flowTuningSentence } from '#core/model/latent/base-space.ts';
import type { LatentFacts } from '#core/model/messages/latent-facts.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { table } from '../../terminal/format.ts';

/** Returns nothing for a card without a comparison. */
export function priorLines({ prior, reason, priors = [], base, flowTuning }: LatentFacts): string[] {
  const [first] = priors;
  if (prior === undefined || first === undefined) return [];
  const names = [...new Set(priors.flatMap(({ figures }) => figures.map(({ name }) => name)))];
  const rows = priors.map(({ prior, heldOut, trained, figures }) => [
    prior,
    `${heldOut.nats.toFixed(2)} (${heldOut.low.toFixed(2)} to ${heldOut.high.toFixed(2)})`,
    trained.toFixed(2),
    ...names.map((name) => {
      const found = figures.find((figure) => figure.name === name);
      return found ? amountOf(name, found.value) : '-';
    }),
  ]);
  const head = ['prior', 'held out, nats', 'training items', ...names.map(metricTitle)];
  return [
    `latent vectors are drawn from the ${prior} prior: ${reason ?? 'it is the only one'}`,
    ...table([head, ...rows]).split('\n'),
    ...(base ? [baseSpaceSentence(base)] : []),
    ...(flowTuning ? [flowTuningSentence(flowTuning)] : []),
  ];
}
