// The common parts of both state machines.
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  type IChainable,
  JitterType,
  JsonPath,
  LogLevel,
  type RetryProps,
  StateMachine,
  StateMachineType,
  type TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { acknowledgeStar } from '../access.ts';
import type { GoldpanFunction } from './function.ts';

/** Errors of the platform, which are retried. Errors that a function throws are not retried, because they would occur again. */
const TRANSIENT = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
];

export type MachineProps = {
  readonly start: IChainable;
  readonly timeout: Duration;
  /** The functions that the steps call. */
  readonly functions: readonly GoldpanFunction[];
};

/** A standard machine that logs every step and shows up in X-Ray. The data between the steps is not logged, because it contains labels and task tokens. */
export function machine(scope: Construct, id: string, { start, timeout, functions }: MachineProps): StateMachine {
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const built = new StateMachine(scope, id, {
    definitionBody: DefinitionBody.fromChainable(start),
    stateMachineType: StateMachineType.STANDARD,
    timeout,
    tracingEnabled: true,
    logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
  });
  acknowledgeStar(built.role, 'Log delivery and traces do not support resource-level permissions.');
  for (const { fn } of functions) {
    const logicalId = Stack.of(fn).getLogicalId(fn.node.defaultChild as CfnFunction);
    Validations.of(built.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>:*]`,
      reason: 'Versions of one function.',
    });
  }
  return built;
}

/** Returns a step that calls a function and returns its result; with `keepsInput`, it returns the step's input instead. */
export function call(
  scope: Construct,
  id: string,
  { fn }: GoldpanFunction,
  { payload, keepsInput = false }: { payload?: TaskInput; keepsInput?: boolean } = {},
): LambdaInvoke {
  const task = new LambdaInvoke(scope, id, {
    lambdaFunction: fn,
    payload,
    retryOnServiceExceptions: false,
    ...(keepsInput ? { resultPath: JsonPath.DISCARD } : { outputPath: '$.Payload' }),
  });
  return retried(task, TRANSIENT);
}

type Retryable = { addRetry(props: RetryProps): unknown };

/** Waits for a random time of up to 1, 2, 4 ... seconds, so that many executions do not retry at once. */
export function retried<Task extends Retryable>(task: Task, errors: string[]): Task {
  task.addRetry({
    errors,
    interval: Duration.seconds(1),
    backoffRate: 2,
    maxAttempts: 6,
    maxDelay: Duration.seconds(30),
    jitterStrategy: JitterType.FULL,
  });
  return task;
}
