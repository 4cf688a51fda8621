// Indexes a dataset by Spark on this machine: the steps that the state machine takes in AWS, one after the other.
import type { GatherPlan, GatherRequest } from '#core/snapshot/distributed.ts';
import type { AssembleRequest, Indexed } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';
import { planBatches } from './gather/plan-batches.ts';
import { gather } from './gather/stage.ts';
import { prepare } from './prepare.ts';
import { report } from './report/stage.ts';

const BATCHES_AT_ONCE = 2;
/** Uploads that arrive in the meantime make another snapshot; after so many, the caller is told that this one is not whole. */
const MOST_ROUNDS = 3;

type Dependencies = {
  readonly drop: Store;
  readonly data: Store;
  /** Decides about what was gathered, and stores the result under keys.decided. */
  readonly decide: (plan: GatherPlan) => Promise<void>;
};

/** Throws NoConfigurationError or CorruptObjectError like index. The same request writes the same bytes. */
export const indexBySpark =
  ({ drop, data, decide }: Dependencies) =>
  async (request: AssembleRequest): Promise<Indexed> => {
    const { dataset } = request;
    for (let round = 1; ; round++) {
      const prepared = await prepare({ drop, data }, dataset);
      const { snapshotId } = prepared;
      if (!(await data.head(keys.manifest(dataset, snapshotId)))) {
        const plan = await planBatches(data, prepared);
        const batches = Array.from(
          { length: plan.batches },
          (_, batch): GatherRequest => ({ dataset, snapshotId, batch }),
        );
        await mapLimit(batches, BATCHES_AT_ONCE, gather({ data }));
        await decide(plan);
      }
      const indexed = await report({ drop, data })({ request, snapshotId });
      if (!indexed.tooLarge || round === MOST_ROUNDS) return indexed;
    }
  };
