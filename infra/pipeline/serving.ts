// The endpoint, a function with a URL that accepts only signed requests, and the state machine of background exports.
import { Duration } from 'aws-cdk-lib';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { JsonPath, type StateMachine, Succeed, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { keys } from '#core/store/keys.ts';
import type { Options } from '../options.ts';
import type { Storage } from '../storage.ts';
import { GoldpanFunction } from './function.ts';
import { call, machine } from './machine.ts';
import { acknowledgeShardMap, type ShardPlaces, shardMap } from './shard-map.ts';

/** Maximum number of shards that are drawn at the same time. */
const CONCURRENCY = 10;
const TIMEOUT = Duration.hours(12);
const PLACES: ShardPlaces = {
  list: keys.exportShards,
  results: keys.exportResults,
  dataset: '$.dataset',
  id: '$.exportId',
  datasetOfExecution: '$$.Execution.Input.request.dataset',
};

export type ServingProps = { readonly storage: Storage } & Pick<Options, 'sampleConcurrency'>;

export class Serving extends Construct {
  readonly sample: GoldpanFunction;
  readonly url: FunctionUrl;
  readonly draw: GoldpanFunction;
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { storage, sampleConcurrency }: ServingProps) {
    super(scope, id);
    this.sample = new GoldpanFunction(this, 'sample', {
      memoryMiB: 1769,
      timeout: Duration.seconds(30),
      native: ['onnxruntime', 'sharp'],
      apart: ['libheif-js/wasm-bundle.js', '@jsquash/jxl/codec/dec/jxl_dec.js'],
      reservedConcurrency: sampleConcurrency,
    }).bindData(storage.data, {
      read: ['registry', 'models', 'exports'],
      write: ['ledger', 'exports'],
    });
    this.draw = new GoldpanFunction(this, 'draw', {
      memoryMiB: 1769,
      timeout: Duration.minutes(15),
      native: ['onnxruntime', 'sharp'],
      apart: ['libheif-js/wasm-bundle.js', '@jsquash/jxl/codec/dec/jxl_dec.js'],
    }).bindData(storage.data, { read: ['registry', 'models', 'exports', 'control'], write: ['ledger', 'exports'] });
    this.machine = drawMachine(this, storage, this.draw);
    this.url = this.sample.fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  }
}

/** Plans an export, draws every shard and writes the manifest. Shards that exist are not drawn again. */
function drawMachine(scope: Construct, { data }: Storage, draw: GoldpanFunction): StateMachine {
  const plan = call(scope, 'Plan export', draw, {
    payload: TaskInput.fromObject({ step: 'plan', request: JsonPath.objectAt('$.request') }),
  });
  const shards = shardMap(scope, 'Draw shards', {
    data,
    places: PLACES,
    processor: call(scope, 'Draw a shard', draw),
    concurrency: CONCURRENCY,
  });
  const finish = call(scope, 'Finish export', draw, {
    payload: TaskInput.fromObject({
      step: 'finish',
      dataset: JsonPath.stringAt('$.dataset'),
      exportId: JsonPath.stringAt('$.exportId'),
    }),
  });
  const built = machine(scope, 'DrawMachine', {
    start: plan.next(shards).next(finish).next(new Succeed(scope, 'Drawn')),
    timeout: TIMEOUT,
    functions: [draw],
  });
  acknowledgeShardMap(built, data, PLACES);
  return built;
}
