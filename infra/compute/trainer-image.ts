// The trainer's container image, built by CodeBuild, so that deploying needs no Docker.
import { resolve } from 'node:path';
import { Duration, IgnoreMode, RemovalPolicy } from 'aws-cdk-lib';
import {
  BuildSpec,
  Cache,
  ComputeType,
  LinuxBuildImage,
  LocalCacheMode,
  Project,
  Source,
} from 'aws-cdk-lib/aws-codebuild';
import { Repository, TagMutability } from 'aws-cdk-lib/aws-ecr';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { type IChainable, IntegrationPattern, JsonPath } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, CodeBuildStartBuild } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { acknowledgeStar, allow } from '../access.ts';
import type { Options } from '../options.ts';
import { retried } from '../pipeline/machine.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Everything that the Dockerfile copies. The tag of the image is the hash of these files. */
const CONTEXT = [
  ...['containers', 'core', 'stages', 'package.json', 'package-lock.json'],
  ...['infra/setup/node', 'infra/setup/locked-packages.mjs'],
];
const KEEP_IMAGES = 10;

export type TrainerImageProps = Pick<Options, 'gpu' | 'removal'>;

export class TrainerImage extends Construct {
  readonly repository: Repository;
  readonly project: Project;
  readonly tag: string;

  constructor(scope: Construct, id: string, { gpu, removal }: TrainerImageProps) {
    super(scope, id);
    const source = new Asset(this, 'Source', {
      path: ROOT,
      exclude: [
        '*',
        '.*',
        ...CONTEXT.flatMap((path) => [`!${path}`, `!${path}/**`]),
        '**/node_modules',
        '**/.DS_Store',
        // The proofs of the images, which nothing in an image runs.
        '**/*.sh',
      ],
      ignoreMode: IgnoreMode.GIT,
    });
    const target = gpu ? 'gpu' : 'cpu';
    this.tag = `${target}-${source.assetHash.slice(0, 16)}`;
    this.repository = new Repository(this, 'Repository', {
      imageTagMutability: TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      lifecycleRules: [{ maxImageCount: KEEP_IMAGES }],
      removalPolicy: removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      emptyOnDelete: removal === 'destroy',
    });
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') });
    this.project = new Project(this, 'Project', {
      description: 'Builds the trainer image from the deployed source',
      // The policy is written below, because the construct's own would grant reading a whole bucket.
      role: role.withoutPolicyUpdates(),
      grantReportGroupPermissions: false,
      source: Source.s3({ bucket: source.bucket, path: source.s3ObjectKey }),
      environment: {
        buildImage: LinuxBuildImage.AMAZON_LINUX_2023_5,
        computeType: ComputeType.LARGE,
        privileged: true,
      },
      environmentVariables: {
        REGISTRY: { value: this.repository.registryUri },
        NAME: { value: this.repository.repositoryName },
        REPOSITORY: { value: this.repository.repositoryUri },
        TAG: { value: this.tag },
        TARGET: { value: target },
      },
      encryptionKey: Alias.fromAliasName(this, 'Key', 'alias/aws/s3'),
      logging: { cloudWatch: { logGroup } },
      cache: Cache.local(LocalCacheMode.DOCKER_LAYER),
      timeout: Duration.hours(1),
      buildSpec: BuildSpec.fromObject(BUILD),
    });
    allow(role, ['s3:GetObject', 's3:GetObjectVersion'], [source.bucket.arnForObjects(source.s3ObjectKey)]);
    // CodeBuild reads the properties of the bucket before it reads its source from it.
    allow(role, ['s3:GetBucketAcl', 's3:GetBucketLocation'], [source.bucket.bucketArn]);
    logGroup.grantWrite(role);
    this.repository.grantPullPush(role);
    this.repository.grant(role, 'ecr:DescribeImages');
    acknowledgeStar(role, 'The ECR login action does not support resource-level permissions.');
  }

  /** Returns the states that build the image if it does not exist, and then continue with `next`. They are created in `scope`. */
  beforehand(scope: Construct, next: IChainable): IChainable {
    const look = retried(
      new CallAwsService(scope, 'Find the image', {
        service: 'ecr',
        action: 'describeImages',
        parameters: { RepositoryName: this.repository.repositoryName, ImageIds: [{ ImageTag: this.tag }] },
        iamResources: [this.repository.repositoryArn],
        resultPath: JsonPath.DISCARD,
      }),
      ['Ecr.SdkClientException', 'Ecr.ServerException'],
    );
    const build = retried(
      new CodeBuildStartBuild(scope, 'Build the image', {
        project: this.project,
        integrationPattern: IntegrationPattern.RUN_JOB,
        resultPath: JsonPath.DISCARD,
      }),
      ['CodeBuild.SdkClientException', 'CodeBuild.AWSCodeBuildException'],
    );
    look.addCatch(build.next(next), { errors: ['Ecr.ImageNotFoundException'], resultPath: JsonPath.DISCARD });
    return look.next(next);
  }
}

const DOCKER_BUILD = 'docker build --target "$TARGET" --tag "$REPOSITORY:$TAG" --file containers/trainer/Dockerfile .';

// Two trainings that start together both build the image. The second push fails because the tag is taken, which is harmless.
const BUILD = {
  version: '0.2',
  phases: {
    build: {
      commands: [
        'aws ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"',
        // Registries fail for short times. Layers that exist are not built again.
        `for wait in 30 120 ''; do ${DOCKER_BUILD} && break; [ -n "$wait" ] && sleep "$wait" || exit 1; done`,
        // The image must start without a job and exit with the usage code; otherwise it is not pushed.
        `docker run --rm "$REPOSITORY:$TAG"; [ $? -eq ${TRAINER_EXIT.usage} ]`,
        'docker push "$REPOSITORY:$TAG" || aws ecr describe-images --repository-name "$NAME" --image-ids "imageTag=$TAG"',
      ],
    },
  },
};
