// Indexes datasets that are too large for a function in a container on Fargate, which needs no GPU and costs nothing while idle.
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import {
  Action,
  EcsFargateContainerDefinition,
  EcsJobDefinition,
  FargateComputeEnvironment,
  JobQueue,
  Reason,
  RetryStrategy,
} from 'aws-cdk-lib/aws-batch';
import { ContainerImage, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type IChainable, type INextable, JsonPath, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { BatchSubmitJob, CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { ENV } from '#core/base/names.ts';
import { keys } from '#core/store/keys.ts';
import {
  acknowledgeObjects,
  acknowledgeStar,
  grantDropListing,
  grantJobs,
  grantPrefixes,
  type PrefixAccess,
} from '../access.ts';
import type { BatchCompute } from '../compute/batch-compute.ts';
import type { Options } from '../options.ts';
import type { Storage } from '../storage.ts';
import { retried } from './machine.ts';

/** Prefixes that index reads and writes, as a function and as a container. */
export const INDEX_ACCESS: PrefixAccess = {
  // The report shows rejected items from the quarantine.
  read: ['config', 'schemas', 'refused', 'verdicts', 'parts', 'quarantine', 'rollups', 'snapshots', 'ledger'],
  write: ['snapshots', 'work'],
};
export const INDEX_JOB_TIMEOUT = Duration.hours(12);
/** The largest memory for this number of processors. */
const JOB = { cpu: 4, memory: Size.gibibytes(30), ephemeralStorageSize: Size.gibibytes(100) };
/** Heap of V8; the rest of the memory is for arrays outside it and for the database. */
const HEAP_MIB = 8_192;
const JOBS_AT_ONCE = 4;
const ATTEMPTS = 3;
/** Exit code of containers/indexer after a storage error. */
const RETRIED_EXIT = '70';
const ANSWER = keys.indexed('*', '*');

export type IndexJobProps = { readonly storage: Storage; readonly batch: BatchCompute } & Pick<
  Options,
  'network' | 'trainerImage'
>;

export class IndexTask extends Construct {
  /** The first and the last of the states; they take the output of index and return the result of the container. */
  readonly start: IChainable;
  readonly end: INextable;
  private readonly storage: Storage;

  constructor(scope: Construct, id: string, { storage, batch, network, trainerImage }: IndexJobProps) {
    super(scope, id);
    this.storage = storage;
    const { vpc, subnets, hosts } = batch.network;
    const environment = new FargateComputeEnvironment(this, 'Fargate', {
      vpc,
      vpcSubnets: subnets,
      securityGroups: [hosts],
      maxvCpus: JOBS_AT_ONCE * JOB.cpu,
    });
    const queue = new JobQueue(this, 'Queue', { computeEnvironments: [{ computeEnvironment: environment, order: 1 }] });
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const assumedBy = new ServicePrincipal('ecs-tasks.amazonaws.com');
    const jobRole = new Role(this, 'JobRole', { assumedBy });
    grantDropListing(jobRole, storage.drop);
    grantPrefixes(jobRole, storage.data, INDEX_ACCESS);
    const executionRole = new Role(this, 'ExecutionRole', { assumedBy });
    const { image } = batch;
    if (image) acknowledgeStar(executionRole, 'The ECR login action does not support resource-level permissions.');
    const definition = new EcsJobDefinition(this, 'Job', {
      container: new EcsFargateContainerDefinition(this, 'Indexer', {
        ...JOB,
        image: image
          ? ContainerImage.fromEcrRepository(image.repository, image.tag)
          : ContainerImage.fromRegistry(trainerImage as string),
        command: ['node', `--max-old-space-size=${HEAP_MIB}`, 'containers/indexer/main.ts'],
        environment: {
          [ENV.dataBucket]: storage.data.bucketName,
          [ENV.dropBucket]: storage.drop.bucketName,
        },
        // In a public subnet, only a public address can reach the internet; incoming connections are blocked.
        assignPublicIp: network !== 'private',
        jobRole,
        executionRole,
        logging: LogDriver.awsLogs({ logGroup, streamPrefix: 'indexer' }),
      }),
      timeout: INDEX_JOB_TIMEOUT,
      retryAttempts: ATTEMPTS,
      retryStrategies: [
        RetryStrategy.of(Action.RETRY, Reason.custom({ onExitCode: RETRIED_EXIT })),
        RetryStrategy.of(Action.EXIT, Reason.custom({ onReason: '*' })),
      ],
      propagateTags: true,
    });
    const run = retried(
      new BatchSubmitJob(this, 'Index in a container', {
        jobName: JsonPath.stringAt('$.snapshotId'),
        jobQueueArn: queue.jobQueueArn,
        jobDefinitionArn: definition.jobDefinitionArn,
        containerOverrides: {
          environment: {
            [ENV.job]: JsonPath.format(
              '\\{"request":{},"snapshotId":"{}"\\}',
              JsonPath.jsonToString(JsonPath.objectAt('$.request')),
              JsonPath.stringAt('$.snapshotId'),
            ),
          },
        },
        taskTimeout: Timeout.duration(INDEX_JOB_TIMEOUT),
        resultPath: JsonPath.DISCARD,
      }),
      ['Batch.SdkClientException', 'Batch.AWSBatchException', 'Batch.ServerException'],
    );
    const answer = retried(
      new CallAwsService(this, 'Read the result', {
        service: 's3',
        action: 'getObject',
        parameters: {
          Bucket: storage.data.bucketName,
          Key: JsonPath.format(
            keys.indexed('{}', '{}'),
            JsonPath.stringAt('$.request.dataset'),
            JsonPath.stringAt('$.snapshotId'),
          ),
        },
        iamAction: 's3:GetObject',
        iamResources: [storage.data.arnForObjects(ANSWER)],
        resultSelector: { indexed: JsonPath.stringToJson(JsonPath.stringAt('$.Body')) },
        outputPath: '$.indexed',
      }),
      ['S3.SdkClientException', 'S3.S3Exception', 'S3.ServerException'],
    );
    run.next(answer);
    this.start = image ? image.beforehand(this, run) : run;
    this.end = answer;
  }

  authorize(machineRole: IRole): void {
    grantJobs(machineRole);
    acknowledgeObjects(
      machineRole,
      this.storage.data,
      ANSWER,
      'Dataset names and snapshot ids do not exist at deployment; one file of each snapshot.',
    );
  }
}
