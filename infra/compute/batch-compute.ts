// Trains on AWS Batch. Instances exist only while a job runs. They are spot instances until they were reclaimed too often.
import { resolve } from 'node:path';
import { RemovalPolicy, Size } from 'aws-cdk-lib';
import {
  Action,
  AllocationStrategy,
  type CfnComputeEnvironment,
  EcsEc2ContainerDefinition,
  EcsJobDefinition,
  EcsVolume,
  JobQueue,
  LinuxParameters,
  ManagedEc2EcsComputeEnvironment,
  Reason,
  RetryStrategy,
} from 'aws-cdk-lib/aws-batch';
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  LaunchTemplate,
  LaunchTemplateHttpTokens,
  MultipartBody,
  MultipartUserData,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import { ContainerImage, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type IChainable, type INextable, JsonPath, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { BatchSubmitJob } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { ENV } from '#core/base/names.ts';
import { acknowledgeStar, grantJobs, grantTraining } from '../access.ts';
import type { Options } from '../options.ts';
import { readText } from '../packaging/read-text.ts';
import { retried } from '../pipeline/machine.ts';
import type { Storage } from '../storage.ts';
import { type Compute, TRAINING_TIMEOUT } from './compute.ts';
import { HOST_LIMITS, noHostCause } from './host-limits.ts';
import { hostRole } from './host-role.ts';
import { Network } from './network.ts';
import { withReclaims } from './reclaims.ts';
import { TrainerImage } from './trainer-image.ts';
import { type TrainingHosts, trainingHosts } from './training-hosts.ts';

const HOST_SCRIPT = resolve(import.meta.dirname, 'training-host.sh');
const DISK = Size.gibibytes(100);
const ATTEMPTS = 10;
/**
 * Exit codes of the trainer after which another attempt can succeed: the storage or engine failed, the GPU was not found, or the lease of a
 * lost host had not expired yet. The state machine handles reclaimed hosts.
 */
const RETRIED_EXITS = [String(TRAINER_EXIT.failed), String(TRAINER_EXIT.leaseLost)];
/** Folder in which the host's start script writes its instance type and purchase option. */
const HOST_FACTS = '/run/goldpan';

export type BatchComputeProps = { readonly storage: Storage } & Pick<
  Options,
  'gpu' | 'gpuFamilies' | 'onDemandAfter' | 'network' | 'trainerImage' | 'removal'
>;

export class BatchCompute extends Construct implements Compute {
  readonly start: IChainable;
  readonly end: INextable;
  readonly network: Network;
  readonly image: TrainerImage | undefined;
  /** URI of the image, with its tag. */
  readonly imageUri: string;
  readonly families: readonly string[];
  /** The job queues of spot and of on-demand hosts. */
  readonly queueArns: readonly string[];

  constructor(scope: Construct, id: string, props: BatchComputeProps) {
    super(scope, id);
    const { storage, gpu, network, trainerImage, removal } = props;
    this.network = new Network(this, 'Network', { network });
    const host = trainingHosts(props);
    const queues = this.queues(host);
    this.queueArns = [queues.spot.jobQueueArn, queues.onDemand.jobQueueArn];
    const image = trainerImage === undefined ? new TrainerImage(this, 'Image', { gpu, removal }) : undefined;
    this.image = image;
    this.imageUri = image ? image.repository.repositoryUriForTag(image.tag) : (trainerImage as string);
    this.families = host.families;
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
        readonlyRootFilesystem: true,
        linuxParameters: new LinuxParameters(this, 'Linux', { sharedMemorySize: host.sharedMemory }),
        // On the host's disk: a tmpfs would count as the job's memory.
        volumes: [
          EcsVolume.host({ name: 'scratch', containerPath: '/tmp' }),
          EcsVolume.host({ name: 'host', hostPath: HOST_FACTS, containerPath: HOST_FACTS, readonly: true }),
        ],
        image: image
          ? ContainerImage.fromEcrRepository(image.repository, image.tag)
          : ContainerImage.fromRegistry(trainerImage as string),
        environment: {
          [ENV.dataBucket]: storage.data.bucketName,
          [ENV.device]: gpu ? 'gpu' : 'cpu',
          [ENV.hostFile]: `${HOST_FACTS}/host.json`,
        },
        jobRole,
        executionRole,
        logging: LogDriver.awsLogs({ logGroup, streamPrefix: 'trainer' }),
      }),
      timeout: TRAINING_TIMEOUT,
      retryAttempts: ATTEMPTS,
      // A training that fails by itself writes run.json and exits with code 0; after any other exit code not listed here, a retry would
      // fail again.
      retryStrategies: [
        RetryStrategy.of(Action.RETRY, Reason.CANNOT_PULL_CONTAINER),
        ...RETRIED_EXITS.map((onExitCode) => RetryStrategy.of(Action.RETRY, Reason.custom({ onExitCode }))),
        RetryStrategy.of(Action.EXIT, Reason.custom({ onReason: '*' })),
      ],
      propagateTags: true,
    });
    const train = (name: string, queue: JobQueue) =>
      retried(
        new BatchSubmitJob(this, name, {
          jobName: JsonPath.stringAt('$.job.runId'),
          jobQueueArn: queue.jobQueueArn,
          jobDefinitionArn: definition.jobDefinitionArn,
          containerOverrides: { environment: { [ENV.job]: JsonPath.jsonToString(JsonPath.objectAt('$.job')) } },
          taskTimeout: Timeout.duration(TRAINING_TIMEOUT),
          resultPath: JsonPath.DISCARD,
        }),
        ['Batch.SdkClientException', 'Batch.AWSBatchException', 'Batch.ServerException'],
      );
    const { start, end } = withReclaims(this, {
      onSpot: train('Train', queues.spot),
      onDemand: train('Train on demand', queues.onDemand),
      onDemandAfter: props.onDemandAfter,
      noHostCause: noHostCause({ gpu, families: host.families }),
    });
    this.end = end;
    this.start = image ? image.beforehand(this, start) : start;
  }

  /** Spot hosts and on-demand hosts. None of them runs while no job waits. */
  private queues(host: TrainingHosts): { spot: JobQueue; onDemand: JobQueue } {
    const { vpc, subnets, hosts } = this.network;
    const userData = new MultipartUserData();
    userData.addPart(MultipartBody.fromUserData(UserData.custom(readText(HOST_SCRIPT))));
    const shared = {
      vpc,
      vpcSubnets: subnets,
      securityGroups: [hosts],
      minvCpus: 0,
      maxvCpus: host.maxvCpus,
      useOptimalInstanceClasses: false,
      instanceTypes: [...host.instanceTypes],
      images: [{ imageType: host.imageType }],
      instanceRole: hostRole(this, 'HostRole'),
      launchTemplate: new LaunchTemplate(this, 'Template', {
        userData,
        httpTokens: LaunchTemplateHttpTokens.REQUIRED,
        // With one hop the host can read its credentials, but a container on it cannot.
        httpPutResponseHopLimit: 1,
        blockDevices: [
          {
            deviceName: '/dev/xvda',
            volume: BlockDeviceVolume.ebs(DISK.toGibibytes(), { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }),
          },
        ],
      }),
    };
    const queue = (id: string, environment: ManagedEc2EcsComputeEnvironment) => {
      // Otherwise Batch keeps the first version of the template, whatever is deployed later.
      const resource = environment.node.defaultChild as CfnComputeEnvironment;
      resource.addPropertyOverride('ComputeResources.LaunchTemplate.Version', '$Latest');
      return new JobQueue(this, id, {
        computeEnvironments: [{ computeEnvironment: environment, order: 1 }],
        jobStateTimeLimitActions: HOST_LIMITS,
      });
    };
    return {
      spot: queue(
        'Queue',
        new ManagedEc2EcsComputeEnvironment(this, 'Hosts', {
          ...shared,
          spot: true,
          allocationStrategy: AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED,
        }),
      ),
      onDemand: queue(
        'OnDemandQueue',
        new ManagedEc2EcsComputeEnvironment(this, 'OnDemandHosts', {
          ...shared,
          allocationStrategy: AllocationStrategy.BEST_FIT_PROGRESSIVE,
        }),
      ),
    };
  }

  authorize(machineRole: IRole): void {
    grantJobs(machineRole);
  }
}
