// Runs one indexing job: reads the environment, runs the stage, and stores its output where the state machine expects it.
import { availableParallelism, totalmem } from 'node:os';
import * as z from 'zod';
import { GoldpanError, isProgramError } from '#core/base/errors.ts';
import { parseJson } from '#core/base/json/parse-json.ts';
import { ENV } from '#core/base/names.ts';
import type { GatherPlan } from '#core/snapshot/distributed.ts';
import { Indexed, IndexJob } from '#core/snapshot/messages.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { s3Store } from '#core/store/s3.ts';
import type { Store } from '#core/store/store.ts';
import { indexBySpark } from '#stages/index/by-spark.ts';
import { isForSpark, prepare } from '#stages/index/prepare.ts';
import { index } from '#stages/index/stage.ts';

/** 1: the program itself failed. 64: the environment is invalid. 65: the data is invalid, and a retry would fail again. 70: another failure; only this one is retried. */
export const INDEX_EXIT = { done: 0, broken: 1, usage: 64, data: 65, failed: 70 } as const;
/** DuckDB's share of the memory; the rest is for the data about items and for Node. */
const DATABASE_SHARE = 0.4;
const MIB = 2 ** 20;

const Given = z.object({
  [ENV.dropBucket]: z.string().min(1),
  [ENV.dataBucket]: z.string().min(1),
  [ENV.job]: z.string().transform(parseJson).pipe(IndexJob),
});

export type OpenStore = (bucket: string) => Store;

export type JobOptions = {
  readonly open?: OpenStore;
  /** Decides by Spark, where it is set up. @default in this process */
  readonly decide?: ((data: Store, plan: GatherPlan) => Promise<void>) | undefined;
};

/** Returns the exit code. `scratch`: a folder for spilled rows. Datasets that Spark cannot index are indexed in this process. */
export async function runIndexJob(
  environment: Readonly<Record<string, string | undefined>>,
  scratch: string,
  say: (line: string) => void,
  { open = (bucket) => s3Store({ bucket }), decide }: JobOptions = {},
): Promise<number> {
  const given = Given.safeParse(environment);
  if (!given.success) {
    say(`the indexer's environment is not what it takes:\n${z.prettifyError(given.error)}`);
    return INDEX_EXIT.usage;
  }
  const { [ENV.dropBucket]: drop, [ENV.dataBucket]: dataBucket, [ENV.job]: job } = given.data;
  const data = open(dataBucket);
  const memory = Math.min(totalmem(), process.constrainedMemory() || totalmem());
  const database = { memoryMiB: Math.floor((memory / MIB) * DATABASE_SHARE), threads: availableParallelism() };
  try {
    const stores = { drop: open(drop), data };
    const bySpark = decide && isForSpark(await prepare(stores, job.request.dataset)) ? decide : undefined;
    const run =
      bySpark !== undefined
        ? indexBySpark({ ...stores, decide: (plan) => bySpark(data, plan) })
        : index({ ...stores, scratch, mostItems: Number.POSITIVE_INFINITY, database });
    const indexed = Indexed.parse(await run(job.request));
    await writeJson(data, keys.indexed(job.request.dataset, job.snapshotId), indexed);
    const how = bySpark ? ' by Spark' : '';
    say(`indexed snapshot ${indexed.snapshotId} of ${job.request.dataset}${how}: ${indexed.shards} shards`);
    return INDEX_EXIT.done;
  } catch (error) {
    say(String(error instanceof Error ? (error.stack ?? error.message) : error));
    if (isProgramError(error)) return INDEX_EXIT.broken;
    return error instanceof GoldpanError ? INDEX_EXIT.data : INDEX_EXIT.failed;
  }
}
