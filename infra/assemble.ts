// State machine 1: index -> shards -> seal -> the gate's word -> training.
import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  JsonPath,
  Map as MapState,
  type StateMachine,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { GoldpanFunction } from './function.ts';
import { call, machine, retried } from './machine.ts';
import type { Storage } from './storage.ts';

const SHARD_CONCURRENCY = 10;
/** With the prefix of the integration, and as the service itself says it. */
const ALREADY_STARTED = ['StepFunctions.ExecutionAlreadyExistsException', 'ExecutionAlreadyExists'];
const TRANSIENT = ['StepFunctions.SdkClientException', 'StepFunctions.AWSStepFunctionsException'];

export type AssembleProps = { readonly storage: Storage; readonly train: StateMachine };

export class Assemble extends Construct {
  readonly machine: StateMachine;
  readonly functions: readonly GoldpanFunction[];

  constructor(scope: Construct, id: string, { storage, train }: AssembleProps) {
    super(scope, id);
    const index = new GoldpanFunction(this, 'index', {
      memoryMiB: 3008,
      timeout: Duration.minutes(15),
      native: ['duckdb'],
    })
      .bindDrop(storage.drop, 'list')
      .bindData(storage.data, {
        // Of what was rejected, it names the items that the report shows.
        read: ['config', 'schemas', 'refused', 'verdicts', 'parts', 'quarantine', 'rollups', 'snapshots'],
        write: ['snapshots'],
        list: true,
      });
    const shard = new GoldpanFunction(this, 'shard', { memoryMiB: 1769, timeout: Duration.minutes(5) }).bindData(
      storage.data,
      { read: ['parts', 'rollups', 'snapshots'], write: ['snapshots'], list: true },
    );
    const seal = new GoldpanFunction(this, 'seal', { memoryMiB: 1024, timeout: Duration.minutes(5) }).bindData(
      storage.data,
      // What was cleaned and what was rejected is shown in the report.
      { read: ['config', 'snapshots', 'parts', 'quarantine'], write: ['snapshots'], list: true },
    );
    this.functions = [index, shard, seal];

    const sealed = call(this, 'Seal', seal, {
      payload: TaskInput.fromObject({
        request: JsonPath.objectAt('$.request'),
        snapshotId: JsonPath.stringAt('$.snapshotId'),
      }),
    });
    const shards = new MapState(this, 'Write shards', {
      itemsPath: '$.shards',
      maxConcurrency: SHARD_CONCURRENCY,
      resultPath: JsonPath.DISCARD,
    });
    shards.itemProcessor(call(this, 'Write a shard', shard));
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
    // Whoever asked first has started the same training: follow that one.
    start.addCatch(done, { errors: ALREADY_STARTED, resultPath: JsonPath.DISCARD });

    const gate = new Choice(this, 'Gate passed?')
      .when(Condition.stringEquals('$.gate.outcome', 'passed'), start.next(done))
      .otherwise(done);
    const isSealed = new Choice(this, 'Sealed before?')
      .when(Condition.booleanEquals('$.sealed', true), sealed)
      .otherwise(shards.next(sealed));
    sealed.next(gate);
    this.machine = machine(this, 'Machine', {
      start: call(this, 'Index', index).next(isSealed),
      timeout: Duration.hours(2),
      functions: this.functions,
    });
  }
}
