// The messages of promotion: the requests to the function that moves the pointer, and its responses.
import * as z from 'zod';

/** A training has ended; sent by its state machine. */
const RunEnded = z.object({ dataset: z.string(), runId: z.string() });
/** A person wants a model to serve. */
const PromoteModel = z.strictObject({
  dataset: z.string(),
  modelId: z.string(),
  by: z.string(),
  /** Although it is worse than the one that serves. */
  force: z.boolean(),
});
/** A request to return to an earlier model; `to` null: the model that served before. */
const RollBack = z.strictObject({
  dataset: z.string(),
  rollback: z.literal(true),
  to: z.string().nullable(),
  by: z.string(),
});

export const PromoteRequest = z.union([PromoteModel, RollBack, RunEnded]);
export type PromoteRequest = z.infer<typeof PromoteRequest>;

/** Answer of a worker to the state machine, and of promote. */
export const Promotion = z.strictObject({
  dataset: z.string(),
  /** Null if the requested model does not exist. */
  runId: z.string().nullable(),
  status: z.enum(['promoted', 'not-promoted', 'failed', 'stopped']),
  modelId: z.string().nullable(),
  reason: z.string().nullable(),
});
export type Promotion = z.infer<typeof Promotion>;
