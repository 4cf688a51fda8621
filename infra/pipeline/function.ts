// Builds every function: Node 22, one role, one log group, with the SDK and the native libraries in the package.
import { type Duration, RemovalPolicy, Size, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ENV } from '#core/base/names.ts';
import {
  acknowledgeStar,
  allow,
  grantDropListing,
  grantDropNames,
  grantDropReading,
  grantEndingJobs,
  grantPrefixes,
  grantRefusalRemoval,
  grantRollupRemoval,
  type PrefixAccess,
} from '../access.ts';
import { functionCode, type PackagedCode } from '../packaging/function-code.ts';

export type FunctionProps = PackagedCode & {
  readonly memoryMiB: number;
  readonly timeout: Duration;
  /** Size of the scratch folder. @default 512 */
  readonly scratchMiB?: number | undefined;
  /** @default none: the account's concurrency is shared */
  readonly reservedConcurrency?: number | undefined;
};

/** The function in functions/<name>/handler.ts. What it may do is added with the bind methods, together with its environment. */
export class GoldpanFunction extends Construct {
  readonly fn: LambdaFunction;
  private readonly role: Role;

  constructor(scope: Construct, name: string, props: FunctionProps) {
    super(scope, name);
    const { memoryMiB, timeout, scratchMiB, reservedConcurrency, ...packaged } = props;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.fn = new LambdaFunction(this, 'Function', {
      code: functionCode(name, packaged),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.X86_64,
      memorySize: memoryMiB,
      timeout,
      reservedConcurrentExecutions: reservedConcurrency,
      ...(scratchMiB !== undefined && { ephemeralStorageSize: Size.mebibytes(scratchMiB) }),
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
    });
    acknowledgeStar(this.role, 'Sending traces to X-Ray does not support resource-level permissions.');
    Validations.of(this.fn).acknowledge(
      {
        id: 'AwsSolutions-L1',
        reason: 'Node 22 is a long-term support release, and all tests run on it.',
      },
      { id: 'Serverless-LambdaLatestVersion', reason: 'As above: Node 22.' },
      {
        id: 'Serverless-LambdaDLQ',
        reason:
          'The caller is a queue, a state machine, an HTTP request or a schedule, and each of them retries or reports the failure: a dead-letter queue adds nothing.',
      },
    );
  }

  /** Prefixes of the data bucket. */
  bindData(bucket: IBucket, access: PrefixAccess): this {
    this.fn.addEnvironment(ENV.dataBucket, bucket.bucketName);
    grantPrefixes(this.role, bucket, access);
    return this;
  }

  /** Grants reading the drop bucket, reading every version, or only listing versions, or listing keys too. */
  bindDrop(bucket: IBucket, access: 'read' | 'list' | 'names' = 'read'): this {
    this.fn.addEnvironment(ENV.dropBucket, bucket.bucketName);
    ({ read: grantDropReading, list: grantDropListing, names: grantDropNames })[access](this.role, bucket);
    return this;
  }

  /** Grants validate the deletion of refusals of uploads that were planned after all. */
  bindRefusalRemoval(bucket: IBucket): this {
    grantRefusalRemoval(this.role, bucket);
    return this;
  }

  /** Grants tick the deletion of its older files. */
  bindRollupRemoval(bucket: IBucket): this {
    grantRollupRemoval(this.role, bucket);
    return this;
  }

  /** Grants sending to a queue that other functions consume. A function that sends to its own queue makes a loop, which Lambda stops. */
  bindSend(queue: IQueue, variable: string): this {
    this.fn.addEnvironment(variable, queue.queueUrl);
    allow(this.role, ['sqs:SendMessage'], [queue.queueArn]);
    return this;
  }

  /** Grants reading the number of waiting messages. */
  bindDepths(queues: readonly IQueue[], variable: string): this {
    this.fn.addEnvironment(variable, queues.map(({ queueUrl }) => queueUrl).join(' '));
    allow(
      this.role,
      ['sqs:GetQueueAttributes'],
      queues.map(({ queueArn }) => queueArn),
    );
    return this;
  }

  /** `queueArns`: job queues of AWS Batch. */
  bindEndingJobs(queueArns: readonly string[], variable: string): this {
    this.fn.addEnvironment(variable, queueArns.join(' '));
    grantEndingJobs(this.role);
    return this;
  }

  bindStart(machine: IStateMachine, variable: string): this {
    this.fn.addEnvironment(variable, machine.stateMachineArn);
    allow(this.role, ['states:StartExecution'], [machine.stateMachineArn]);
    return this;
  }
}
