// Training on AWS Batch: spot instances that exist only while a job runs.
import { RemovalPolicy, Size } from 'aws-cdk-lib';
import {
  Action,
  AllocationStrategy,
  EcsEc2ContainerDefinition,
  EcsJobDefinition,
  EcsMachineImageType,
  JobQueue,
  ManagedEc2EcsComputeEnvironment,
  Reason,
  RetryStrategy,
} from 'aws-cdk-lib/aws-batch';
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  InstanceClass,
  LaunchTemplate,
  LaunchTemplateHttpTokens,
} from 'aws-cdk-lib/aws-ec2';
import { ContainerImage, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type IChainable, type INextable, JsonPath, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { BatchSubmitJob } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { ENV } from '#core/base/names.ts';
import { acknowledgeStar, grantJobs, grantTraining } from '../access.ts';
import type { Options } from '../options.ts';
import { retried } from '../pipeline/machine.ts';
import type { Storage } from '../storage.ts';
import { type Compute, TRAINING_TIMEOUT } from './compute.ts';
import { hostRole } from './host-role.ts';
import { Network } from './network.ts';
import { TrainerImage } from './trainer-image.ts';

const MAX_VCPUS = 16;
const DISK = Size.gibibytes(100);
const ATTEMPTS = 10;
/**
 * Exit codes of the trainer that another attempt can mend: told to go (128 + SIGTERM), the storage or the engine failed,
 * a lost host's lease had not run out yet.
 */
const RETRIED_EXITS = ['143', '70', '75'];

/** One job fits the smallest instance of its family; the rest of that instance's memory is the host's. */
const GPU_HOST = {
  instanceClasses: [InstanceClass.G4DN, InstanceClass.G5, InstanceClass.G6],
  imageType: EcsMachineImageType.ECS_AL2023_NVIDIA,
  job: { cpu: 4, memory: Size.mebibytes(14_000), gpu: 1 },
};
const CPU_HOST = {
  instanceClasses: [InstanceClass.C6I, InstanceClass.C6A, InstanceClass.C7I, InstanceClass.M6I, InstanceClass.M6A],
  imageType: EcsMachineImageType.ECS_AL2023,
  job: { cpu: 4, memory: Size.mebibytes(7_000) },
};

export type BatchComputeProps = { readonly storage: Storage } & Pick<
  Options,
  'gpu' | 'network' | 'trainerImage' | 'removal'
>;

export class BatchCompute extends Construct implements Compute {
  readonly start: IChainable;
  readonly end: INextable;
  readonly network: Network;
  readonly image: TrainerImage | undefined;

  constructor(scope: Construct, id: string, { storage, gpu, network, trainerImage, removal }: BatchComputeProps) {
    super(scope, id);
    const host = gpu ? GPU_HOST : CPU_HOST;
    this.network = new Network(this, 'Network', { network });
    const { vpc, subnets, hosts } = this.network;
    const environment = new ManagedEc2EcsComputeEnvironment(this, 'Hosts', {
      vpc,
      vpcSubnets: subnets,
      securityGroups: [hosts],
      spot: true,
      allocationStrategy: AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED,
      minvCpus: 0,
      maxvCpus: MAX_VCPUS,
      useOptimalInstanceClasses: false,
      instanceClasses: host.instanceClasses,
      images: [{ imageType: host.imageType }],
      instanceRole: hostRole(this, 'HostRole'),
      launchTemplate: new LaunchTemplate(this, 'Template', {
        httpTokens: LaunchTemplateHttpTokens.REQUIRED,
        // One hop: the host reaches its own credentials, a container on it does not.
        httpPutResponseHopLimit: 1,
        blockDevices: [
          {
            deviceName: '/dev/xvda',
            volume: BlockDeviceVolume.ebs(DISK.toGibibytes(), { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }),
          },
        ],
      }),
    });
    const queue = new JobQueue(this, 'Queue', { computeEnvironments: [{ computeEnvironment: environment, order: 1 }] });
    const image = trainerImage === undefined ? new TrainerImage(this, 'Image', { gpu, removal }) : undefined;
    this.image = image;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const taskPrincipal = new ServicePrincipal('ecs-tasks.amazonaws.com');
    const jobRole = new Role(this, 'JobRole', { assumedBy: taskPrincipal });
    grantTraining(jobRole, storage.data);
    const executionRole = new Role(this, 'ExecutionRole', { assumedBy: taskPrincipal });
    if (image) acknowledgeStar(executionRole, 'The ECR login action does not support resource-level permissions.');
    const definition = new EcsJobDefinition(this, 'Job', {
      container: new EcsEc2ContainerDefinition(this, 'Trainer', {
        ...host.job,
        image: image
          ? ContainerImage.fromEcrRepository(image.repository, image.tag)
          : ContainerImage.fromRegistry(trainerImage as string),
        environment: { [ENV.dataBucket]: storage.data.bucketName },
        jobRole,
        executionRole,
        logging: LogDriver.awsLogs({ logGroup, streamPrefix: 'trainer' }),
      }),
      timeout: TRAINING_TIMEOUT,
      retryAttempts: ATTEMPTS,
      // What a training itself fails at lies in run.json with exit code 0; any other exit would fail again.
      retryStrategies: [
        RetryStrategy.of(Action.RETRY, Reason.SPOT_INSTANCE_RECLAIMED),
        ...RETRIED_EXITS.map((onExitCode) => RetryStrategy.of(Action.RETRY, Reason.custom({ onExitCode }))),
        RetryStrategy.of(Action.EXIT, Reason.custom({ onReason: '*' })),
      ],
      propagateTags: true,
    });
    const train = retried(
      new BatchSubmitJob(this, 'Train', {
        jobName: JsonPath.stringAt('$.runId'),
        jobQueueArn: queue.jobQueueArn,
        jobDefinitionArn: definition.jobDefinitionArn,
        containerOverrides: { environment: { [ENV.job]: JsonPath.jsonToString(JsonPath.objectAt('$')) } },
        taskTimeout: Timeout.duration(TRAINING_TIMEOUT),
        resultPath: JsonPath.DISCARD,
      }),
      ['Batch.SdkClientException', 'Batch.AWSBatchException', 'Batch.ServerException'],
    );
    this.end = train;
    this.start = image ? image.beforehand(this, train) : train;
  }

  authorize(machineRole: IRole): void {
    grantJobs(machineRole);
  }
}
