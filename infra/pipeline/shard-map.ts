// A distributed map over a list in S3, since what one state hands to the next is limited to 256 KiB: the shards of a snapshot, or of
// an export.
import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  type CfnStateMachine,
  DistributedMap,
  type IChainable,
  JsonPath,
  ResultWriterV2,
  S3JsonItemReader,
  type StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { keys } from '#core/store/keys.ts';
import { acknowledgeObjects } from '../access.ts';
import { retried } from './machine.ts';

/** Name of the error of the map if a call failed; the failure record of the shard has the reason. */
export const SHARD_FAILED = 'States.ExceedToleratedFailureThreshold';

/**
 * Keys of the list, by dataset and id, and of what Step Functions writes of each call, by dataset and name of the execution; and where
 * the state has dataset and id. `datasetOfExecution`: where the input of the whole execution has it, as LocalStack evaluates the place of the
 * results against the results themselves, in which no state can put anything.
 */
export type ShardPlaces = {
  readonly list: (dataset: string, id: string) => string;
  readonly results: (dataset: string, execution: string) => string;
  readonly dataset: string;
  readonly id: string;
  readonly datasetOfExecution: string;
};
export const SNAPSHOT_SHARDS: ShardPlaces = {
  list: keys.shardList,
  results: keys.mapResults,
  dataset: '$.request.dataset',
  id: '$.snapshotId',
  datasetOfExecution: '$$.Execution.Input.dataset',
};
const EXECUTION_NAME = '$$.Execution.Name';

export type ShardMapProps = {
  readonly data: IBucket;
  readonly places: ShardPlaces;
  readonly processor: IChainable;
  /** Maximum number of shards that are written at the same time. */
  readonly concurrency: number;
};

/** Returns the map. Its calls are standard executions, because express ones may not wait longer than five minutes. */
export function shardMap(
  scope: Construct,
  id: string,
  { data, places, processor, concurrency }: ShardMapProps,
): DistributedMap {
  const at = (key: ShardPlaces['list'], ...paths: readonly [dataset: string, id: string]) =>
    JsonPath.format(key('{}', '{}'), ...paths.map((path) => JsonPath.stringAt(path)));
  const map = new DistributedMap(scope, id, {
    itemReader: listReader(data, at(places.list, places.dataset, places.id), listOf(places)),
    resultWriterV2: resultsWriter(
      data,
      at(places.results, places.datasetOfExecution, EXECUTION_NAME),
      resultsOf(places),
    ),
    mapExecutionType: StateMachineType.STANDARD,
    maxConcurrency: concurrency,
    resultPath: JsonPath.DISCARD,
  });
  map.itemProcessor(processor);
  return retried(map, ['States.ItemReaderFailed', 'States.ResultWriterFailed']);
}

export function acknowledgeShardMap(machine: StateMachine, data: IBucket, places: ShardPlaces): void {
  for (const objects of [listOf(places), resultsOf(places)])
    acknowledgeObjects(machine.role, data, objects, 'Dataset names and ids do not exist at deployment.');
  const logicalId = Stack.of(machine).getLogicalId(machine.node.defaultChild as CfnStateMachine);
  const name = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${logicalId}"}]}]}`;
  for (const runs of [`${name}:*`, `${name}/*:*`])
    Validations.of(machine).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${runs}]`,
      reason: 'The machine follows and stops the runs of its own map, whose names do not exist at deployment.',
    });
}

function listOf({ list }: ShardPlaces): string {
  return list('*', '*');
}

function resultsOf({ results }: ShardPlaces): string {
  return `${results('*', '*')}/*`;
}

/** The construct's own policy would allow reading every object of the bucket. */
function listReader(bucket: IBucket, key: string, objects: string): S3JsonItemReader {
  const reader = new S3JsonItemReader({ bucket, key });
  reader.providePolicyStatements = () => [
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects(objects)] }),
  ];
  return reader;
}

function resultsWriter(bucket: IBucket, prefix: string, objects: string): ResultWriterV2 {
  const actions = ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'];
  const writer = new ResultWriterV2({ bucket, prefix });
  writer.providePolicyStatements = () => [new PolicyStatement({ actions, resources: [bucket.arnForObjects(objects)] })];
  return writer;
}
