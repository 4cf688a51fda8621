// Indexing on EMR Serverless, for datasets that are too large for one machine: gather, decide, report. Nothing is billed while it is idle.
import { resolve } from 'node:path';
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnApplication } from 'aws-cdk-lib/aws-emrserverless';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import {
  CustomState,
  type IChainable,
  type INextable,
  JsonPath,
  type StateMachine,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { keys } from '#core/store/keys.ts';
import { grantReadingAsset, grantSparkJob, grantSparkLogs, grantSparkRuns } from '../access.ts';
import { kernelArchive } from '../packaging/spark-kernel.ts';
import type { Storage } from '../storage.ts';
import { GoldpanFunction } from './function.ts';
import { INDEX_ACCESS } from './index-job.ts';
import { call, retried } from './machine.ts';
import { acknowledgeShardMap, type ShardPlaces, shardMap } from './shard-map.ts';

const PROGRAM = resolve(import.meta.dirname, '../../stages/index/spark/decide.py');
/** Spark 3.5 on Java 17, as the set-up installs it for tests. */
const RELEASE = 'emr-7.9.0';
/** Maximum number of workers, with 4 vCPU and 16 GB each; the account's quota may allow fewer. */
const MAXIMUM = { cpu: '400 vCPU', memory: '1600 GB', disk: '20000 GB' };
const IDLE_MINUTES = 1;
/** Maximum number of batches of parts that are gathered at the same time. */
const GATHERED_AT_ONCE = 100;
export const SPARK_TIMEOUT = Duration.hours(12);
const BATCHES: ShardPlaces = {
  list: keys.gatherList,
  results: keys.gatherResults,
  dataset: '$.request.dataset',
  id: '$.snapshotId',
  datasetOfExecution: '$$.Execution.Input.dataset',
};
/**
 * The folder on each machine into which Spark unpacks the archive. Four Node processes run beside the heap of an
 * executor, so most of its memory is outside the heap.
 */
const FOLDER = 'kernel';
const CONFIGURATION = {
  'spark.driver.cores': '4',
  'spark.driver.memory': '10g',
  'spark.driver.memoryOverhead': '4g',
  'spark.executor.cores': '4',
  'spark.executor.memory': '6g',
  'spark.executor.memoryOverhead': '9g',
  'spark.emr-serverless.executor.disk': '200g',
  'spark.driver.extraJavaOptions': '-Xss8m',
  'spark.sql.adaptive.enabled': 'true',
  // One and a half for each processor of all workers; Spark joins those that are small.
  'spark.sql.shuffle.partitions': '600',
};

export class IndexSpark extends Construct {
  /** The first and the last of the states; they take the output of index and return that of report. */
  readonly start: IChainable;
  readonly end: INextable;
  readonly functions: readonly GoldpanFunction[];
  readonly applicationId: string;
  private readonly storage: Storage;
  private readonly application: CfnApplication;
  private readonly jobRole: IRole;

  constructor(scope: Construct, id: string, { storage }: { readonly storage: Storage }) {
    super(scope, id);
    this.storage = storage;
    const { drop, data } = storage;
    const gather = new GoldpanFunction(this, 'gather', { memoryMiB: 3008, timeout: Duration.minutes(15) })
      .bindDrop(drop, 'list')
      .bindData(data, { ...INDEX_ACCESS, read: [...(INDEX_ACCESS.read ?? []), 'work'], write: ['work'] });
    const report = new GoldpanFunction(this, 'report', { memoryMiB: 3008, timeout: Duration.minutes(15) })
      .bindDrop(drop, 'list')
      .bindData(data, { ...INDEX_ACCESS, read: [...(INDEX_ACCESS.read ?? []), 'work'] });
    this.functions = [gather, report];
    this.application = new CfnApplication(this, 'Application', {
      type: 'Spark',
      releaseLabel: RELEASE,
      architecture: 'X86_64',
      maximumCapacity: MAXIMUM,
      autoStartConfiguration: { enabled: true },
      autoStopConfiguration: { enabled: true, idleTimeoutMinutes: IDLE_MINUTES },
    });
    this.applicationId = this.application.attrApplicationId;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const program = new Asset(this, 'Program', { path: PROGRAM });
    const kernel = kernelArchive(this, 'Kernel');
    this.jobRole = new Role(this, 'JobRole', { assumedBy: new ServicePrincipal('emr-serverless.amazonaws.com') });
    grantSparkJob(this.jobRole, data);
    for (const asset of [program, kernel]) grantReadingAsset(this.jobRole, asset);
    grantSparkLogs(this.jobRole, logGroup);

    const job = TaskInput.fromObject({
      request: JsonPath.objectAt('$.request'),
      snapshotId: JsonPath.stringAt('$.snapshotId'),
    });
    const plan = call(this, 'Plan the batches', gather, { payload: job });
    const batches = shardMap(this, 'Gather features', {
      data,
      places: BATCHES,
      processor: call(this, 'Gather a batch', gather),
      concurrency: GATHERED_AT_ONCE,
    });
    const decide = new CustomState(this, 'Decide by Spark', {
      stateJson: {
        Type: 'Task',
        Resource: `arn:${Aws.PARTITION}:states:::emr-serverless:startJobRun.sync`,
        Parameters: {
          ApplicationId: this.application.attrApplicationId,
          ExecutionRoleArn: this.jobRole.roleArn,
          'Name.$': '$.snapshotId',
          ExecutionTimeoutMinutes: SPARK_TIMEOUT.toMinutes(),
          JobDriver: {
            SparkSubmit: {
              EntryPoint: program.s3ObjectUrl,
              'EntryPointArguments.$': "States.Array('-', $.settings)",
              SparkSubmitParameters: [
                `--archives ${kernel.s3ObjectUrl}#${FOLDER}`,
                ...Object.entries(CONFIGURATION).map(([name, value]) => `--conf ${name}=${value}`),
              ].join(' '),
            },
          },
          ConfigurationOverrides: {
            MonitoringConfiguration: {
              CloudWatchLoggingConfiguration: { Enabled: true, LogGroupName: logGroup.logGroupName },
            },
          },
        },
        TimeoutSeconds: SPARK_TIMEOUT.toSeconds(),
        ResultPath: null,
      },
    });
    retried(decide, ['EMRServerless.SdkClientException', 'EMRServerless.ServerException']);
    const reported = call(this, 'Report the snapshot', report, { payload: job });
    this.start = plan.next(batches).next(decide).next(reported);
    this.end = reported;
  }

  authorize(machine: StateMachine): void {
    grantSparkRuns(machine.role, this.application, this.jobRole);
    acknowledgeShardMap(machine, this.storage.data, BATCHES);
  }
}
