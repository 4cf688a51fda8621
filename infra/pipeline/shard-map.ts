// Writes all shards of a snapshot: a distributed map over the list that index wrote to S3, since what one state hands to the next is
// limited to 256 KiB.
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

const LIST = keys.shardList('*', '*');
const RESULTS = `${keys.mapResults('*', '*')}/*`;
/** The map's own name for a failed call; the reason is in the shard's failure record. */
export const SHARD_FAILED = 'States.ExceedToleratedFailureThreshold';

export type ShardMapProps = {
  readonly data: IBucket;
  readonly processor: IChainable;
  /** Shards written at once. */
  readonly concurrency: number;
};

/** The map; calls are standard executions, which may wait longer than the five minutes of express ones. */
export function shardMap(
  scope: Construct,
  id: string,
  { data, processor, concurrency }: ShardMapProps,
): DistributedMap {
  const at = (key: (dataset: string, snapshotId: string) => string) =>
    JsonPath.format(key('{}', '{}'), JsonPath.stringAt('$.request.dataset'), JsonPath.stringAt('$.snapshotId'));
  const map = new DistributedMap(scope, id, {
    itemReader: new ListReader({ bucket: data, key: at(keys.shardList) }),
    resultWriterV2: new ResultsWriter({ bucket: data, prefix: at(keys.mapResults) }),
    mapExecutionType: StateMachineType.STANDARD,
    maxConcurrency: concurrency,
    resultPath: JsonPath.DISCARD,
  });
  map.itemProcessor(processor);
  return retried(map, ['States.ItemReaderFailed', 'States.ResultWriterFailed']);
}

export function acknowledgeShardMap(machine: StateMachine, data: IBucket): void {
  for (const objects of [LIST, RESULTS])
    acknowledgeObjects(machine.role, data, objects, 'Dataset names and snapshot ids do not exist at deployment.');
  const logicalId = Stack.of(machine).getLogicalId(machine.node.defaultChild as CfnStateMachine);
  const name = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${logicalId}"}]}]}`;
  for (const runs of [`${name}:*`, `${name}/*:*`])
    Validations.of(machine).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${runs}]`,
      reason: 'The machine follows and stops the runs of its own map, whose names do not exist at deployment.',
    });
}

/** The construct's own would read every object of the bucket. */
class ListReader extends S3JsonItemReader {
  override providePolicyStatements(): PolicyStatement[] {
    return [new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.bucket.arnForObjects(LIST)] })];
  }
}

class ResultsWriter extends ResultWriterV2 {
  override providePolicyStatements(): PolicyStatement[] {
    const actions = ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'];
    return [new PolicyStatement({ actions, resources: [this.bucket?.arnForObjects(RESULTS) ?? ''] })];
  }
}
