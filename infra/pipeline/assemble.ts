// The first state machine: index (in a function, by Spark or in a container), align photos and index again, write shards, seal, and start a
// training if the gate passes.
import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  type IChainable,
  JsonPath,
  Map as MapState,
  Pass,
  type StateMachine,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { ENV } from '#core/base/names.ts';
import type { BatchCompute } from '../compute/batch-compute.ts';
import type { Options } from '../options.ts';
import type { Storage } from '../storage.ts';
import { GoldpanFunction } from './function.ts';
import { indexByWorker } from './index-by-worker.ts';
import { INDEX_ACCESS, INDEX_JOB_TIMEOUT, IndexTask } from './index-job.ts';
import { IndexSpark } from './index-spark.ts';
import { call, machine, retried } from './machine.ts';
import type { WorkQueue } from './queue.ts';
import { acknowledgeShardMap, SHARD_FAILED, SNAPSHOT_SHARDS, shardMap } from './shard-map.ts';

const ALIGN_CONCURRENCY = 10;
/** Size of the scratch folder, for rows that do not fit into memory. */
const INDEX_SCRATCH_MIB = 4_096;
/** Time limit of an execution. Aligning half a million photos takes three hours. */
const TIMEOUT = Duration.hours(6);
/** The error with the prefix of the integration, and as the service returns it. */
const ALREADY_STARTED = ['StepFunctions.ExecutionAlreadyExistsException', 'ExecutionAlreadyExists'];
const TRANSIENT = ['StepFunctions.SdkClientException', 'StepFunctions.AWSStepFunctionsException'];

/** Datasets that are too large for a function are indexed in a container of `batch`, or by one of the `workers`. */
export type AssembleProps = {
  readonly storage: Storage;
  readonly train: StateMachine;
  readonly batch: BatchCompute | undefined;
  readonly workers: WorkQueue | undefined;
} & Pick<Options, 'network' | 'trainerImage' | 'shardConcurrency' | 'indexItems' | 'spark'>;

export class Assemble extends Construct {
  readonly machine: StateMachine;
  readonly functions: readonly GoldpanFunction[];
  /** The states of Spark; undefined without EMR Serverless. */
  readonly sparkApplicationId: string | undefined;

  constructor(scope: Construct, id: string, props: AssembleProps) {
    super(scope, id);
    const { storage, train, batch, workers, network, trainerImage, shardConcurrency, indexItems } = props;
    const spark = batch && props.spark ? new IndexSpark(this, 'Spark', { storage }) : undefined;
    const index = new GoldpanFunction(this, 'index', {
      memoryMiB: 3008,
      timeout: Duration.minutes(15),
      native: ['duckdb'],
      scratchMiB: INDEX_SCRATCH_MIB,
    })
      .bindDrop(storage.drop, 'list')
      .bindData(storage.data, INDEX_ACCESS);
    index.fn.addEnvironment(ENV.indexItems, String(indexItems));
    if (spark) index.fn.addEnvironment(ENV.hasSpark, 'true');
    const shard = new GoldpanFunction(this, 'shard', { memoryMiB: 1769, timeout: Duration.minutes(5) }).bindData(
      storage.data,
      { read: ['parts', 'rollups', 'snapshots', 'work'], write: ['snapshots', 'work'] },
    );
    const align = new GoldpanFunction(this, 'align', {
      memoryMiB: 1769,
      timeout: Duration.minutes(15),
      native: ['sharp', 'onnxruntime'],
      pretrained: ['lite0-stride16.onnx'],
    }).bindData(storage.data, { read: ['parts', 'rollups', 'snapshots'], write: ['snapshots'] });
    // With a whole processor: the receipts of 50,000 shards take 39 s of its time.
    const seal = new GoldpanFunction(this, 'seal', { memoryMiB: 1769, timeout: Duration.minutes(5) }).bindData(
      storage.data,
      // The report shows accepted and rejected items.
      { read: ['config', 'snapshots', 'parts', 'quarantine', 'work'], write: ['snapshots'] },
    );
    this.sparkApplicationId = spark?.applicationId;
    this.functions = [index, align, shard, seal, ...(spark?.functions ?? [])];

    const sealed = call(this, 'Seal', seal, {
      payload: TaskInput.fromObject({
        request: JsonPath.objectAt('$.request'),
        snapshotId: JsonPath.stringAt('$.snapshotId'),
      }),
    });
    const shards = shardMap(this, 'Write shards', {
      data: storage.data,
      places: SNAPSHOT_SHARDS,
      processor: call(this, 'Write a shard', shard),
      concurrency: shardConcurrency,
    });
    // Seal reports which shard is missing and why.
    shards.addCatch(sealed, { errors: [SHARD_FAILED], resultPath: JsonPath.DISCARD });
    const done = new Succeed(this, 'Assembled');
    const start = retried(
      new StepFunctionsStartExecution(this, 'Start training', {
        stateMachine: train,
        name: JsonPath.stringAt('$.executionName'),
        input: TaskInput.fromJsonPathAt('$.job'),
        resultPath: JsonPath.DISCARD,
      }),
      TRANSIENT,
    );
    // An earlier request has started the same training: follow that one.
    start.addCatch(done, { errors: ALREADY_STARTED, resultPath: JsonPath.DISCARD });

    const gate = new Choice(this, 'Gate passed?')
      .when(Condition.stringEquals('$.gate.outcome', 'passed'), start.next(done))
      .otherwise(done);
    const isSealed = new Choice(this, 'Shards to write?')
      .when(Condition.booleanEquals('$.sealed', true), sealed)
      .when(Condition.numberEquals('$.shards', 0), sealed)
      .otherwise(shards.next(sealed));
    sealed.next(gate);
    const again = new Pass(this, 'Photos are aligned', { outputPath: '$.request' });
    const template = call(this, 'Fit the template', align, {
      payload: TaskInput.fromObject({
        dataset: JsonPath.stringAt('$.request.dataset'),
        snapshotId: JsonPath.stringAt('$.snapshotId'),
      }),
      keepsInput: true,
    });
    const aligning = new MapState(this, 'Align photos', {
      itemsPath: '$.align',
      maxConcurrency: ALIGN_CONCURRENCY,
      resultPath: JsonPath.DISCARD,
    });
    aligning.itemProcessor(call(this, 'Align a unit', align));
    template.next(aligning).next(again);
    const job = batch && new IndexTask(this, 'Container', { storage, batch, network, trainerImage });
    const worker = workers && indexByWorker(this, 'Index by a worker', workers);
    const isTooLarge = new Choice(this, 'Too large for a function?');
    if (spark)
      isTooLarge.when(
        Condition.and(Condition.booleanEquals('$.tooLarge', true), Condition.booleanEquals('$.forSpark', true)),
        spark.start,
      );
    isTooLarge
      .when(Condition.booleanEquals('$.tooLarge', true), (job?.start ?? worker) as IChainable)
      .otherwise(isSealed);
    const isToAlign = new Choice(this, 'Photos to align?')
      .when(Condition.booleanEquals('$.toAlign', true), template)
      .otherwise(isTooLarge);
    // Uploads that arrived after the function had counted them make another snapshot, which is not aligned yet.
    (job?.end ?? worker)?.next(isToAlign);
    spark?.end.next(isToAlign);
    const indexing = call(this, 'Index', index);
    again.next(indexing);
    this.machine = machine(this, 'Machine', {
      start: indexing.next(isToAlign),
      timeout: INDEX_JOB_TIMEOUT.plus(TIMEOUT),
      functions: this.functions,
    });
    acknowledgeShardMap(this.machine, storage.data, SNAPSHOT_SHARDS);
    job?.authorize(this.machine.role);
    spark?.authorize(this.machine);
  }
}
