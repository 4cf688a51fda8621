// The output of the calls about runs, as documents that programs can rely on.
import * as z from 'zod';
import { LatentFacts } from '#core/model/messages/latent-facts.ts';
import { EpochMetrics, RunOutcome, RunPhases, TestMetrics } from '#core/model/messages/run.ts';
import { GateDecision } from '#core/snapshot/messages.ts';

/** `runId` is null when the gate refused the run. */
export const RunOutput = z.strictObject({
  dataset: z.string(),
  runId: z.string().nullable(),
  snapshotId: z.string().nullable(),
  attempt: z.int().nullable(),
  status: z.enum(['refused', 'started', 'running', 'succeeded', 'failed', 'stopped']),
  reason: z.string().nullable(),
  gate: GateDecision.nullable(),
  /** Warnings that did not stop the run: a divergence that was fixed, unused latent dimensions. */
  warnings: z.array(z.string()),
  modelId: z.string().nullable(),
  promoted: z.boolean().nullable(),
  epochs: z.array(EpochMetrics),
  metrics: TestMetrics.nullable(),
  /** Models with an encoder only: the comparison of priors on held-out items. */
  latent: LatentFacts.nullable(),
  cost: RunOutcome.shape.cost.nullable(),
  /** Seconds by phase; null while it runs, where it ended without a model, and of older runs. */
  phases: RunPhases.nullable(),
});
export type RunOutput = z.infer<typeof RunOutput>;

export const RunsOutput = z.strictObject({
  dataset: z.string(),
  runs: z.array(
    z.strictObject({
      runId: z.string(),
      status: z.enum(['running', 'succeeded', 'failed', 'stopped']),
      attempt: z.int(),
      epoch: z.int(),
      epochs: z.int(),
      modelId: z.string().nullable(),
      /** The metric of the test split by which models are compared; lower is better. */
      result: z.strictObject({ name: z.string(), value: z.number() }).nullable(),
    }),
  ),
});
export type RunsOutput = z.infer<typeof RunsOutput>;

export const StopOutput = z.strictObject({ dataset: z.string(), runId: z.string(), requested: z.literal(true) });
export type StopOutput = z.infer<typeof StopOutput>;
