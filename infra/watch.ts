// The alarms. The description of each names its section of the runbook.
import { Duration, Validations } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Options } from './options.ts';
import type { GoldpanFunction } from './pipeline/function.ts';

const PERIOD = Duration.minutes(5);
/** Age of the oldest message at which the alarm goes off. A large upload makes messages wait for minutes, but not this long. */
const OLDEST_MESSAGE = Duration.hours(6);
/** Number of periods with throttled calls before the alarm goes off. Calls are retried, so only lasting throttling delays users. */
const THROTTLED_PERIODS = 3;
/** Number of periods without a call of tick, which runs every 5 minutes, before the alarm goes off. */
const SILENT_PERIODS = 3;
const RUNBOOK = 'docs/runbook.md';

export type WatchProps = {
  readonly deadLetters: Readonly<Record<string, Queue>>;
  /** Queues of the ingest, whose messages are processed without delay. */
  readonly queues: readonly Queue[];
  /** Functions that may be throttled because of many concurrent calls. */
  readonly throttled: readonly GoldpanFunction[];
  /** Functions that are called for messages, in which one function may have sent to another. */
  readonly chained: readonly GoldpanFunction[];
  readonly tick: GoldpanFunction;
  readonly functions: readonly GoldpanFunction[];
  readonly machines: Readonly<Record<string, StateMachine>>;
} & Pick<Options, 'alarmEmail'>;

export class Watch extends Construct {
  private readonly action: SnsAction | undefined;

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    const { deadLetters, queues, functions, throttled, chained, tick, machines, alarmEmail } = props;
    this.action = alarmEmail === undefined ? undefined : mailTo(this, alarmEmail);
    for (const [name, queue] of Object.entries(deadLetters)) {
      const metric = queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
      this.alarm(
        `${name}DeadLetters`,
        metric,
        'dead-letters',
        `The dead-letter queue ${name} contains messages: they failed repeatedly and are not retried.`,
      );
    }
    for (const queue of queues) {
      this.alarm(
        `${idOf(queue)}Age`,
        queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM }),
        'old-messages',
        `A message has waited in the queue ${idOf(queue)} for more than ${OLDEST_MESSAGE.toHours()} hours.`,
        { threshold: OLDEST_MESSAGE.toSeconds() },
      );
    }
    for (const { fn, node } of functions) {
      const metric = fn.metricErrors({ period: PERIOD });
      this.alarm(
        `${node.id}-errors`,
        metric,
        'function-errors',
        `The Lambda function ${node.id} failed at least once in 5 minutes.`,
      );
    }
    for (const { fn, node } of throttled) {
      this.alarm(
        `${node.id}-throttles`,
        fn.metricThrottles({ period: PERIOD }),
        'throttled-calls',
        `Calls of the Lambda function ${node.id} have been throttled for ${THROTTLED_PERIODS * PERIOD.toMinutes()} minutes.`,
        { evaluationPeriods: THROTTLED_PERIODS },
      );
    }
    for (const { fn, node } of chained) {
      this.alarm(
        `${node.id}-dropped`,
        fn.metric('RecursiveInvocationsDropped', { period: PERIOD, statistic: Stats.SUM }),
        'dropped-calls',
        `AWS Lambda took calls of the function ${node.id} for an endless loop and dropped them.`,
      );
    }
    this.alarm(
      'TickSilent',
      tick.fn.metricInvocations({ period: PERIOD }),
      'tick-silent',
      `The Lambda function tick has not run for ${SILENT_PERIODS * PERIOD.toMinutes()} minutes.`,
      {
        evaluationPeriods: SILENT_PERIODS,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      },
    );
    for (const [name, machine] of Object.entries(machines)) {
      const failed = `An execution of the state machine ${name} failed, ran out of time or was stopped.`;
      this.alarm(`${name}Failed`, machine.metricFailed({ period: PERIOD }), 'failed-executions', failed);
      this.alarm(`${name}TimedOut`, machine.metricTimedOut({ period: PERIOD }), 'failed-executions', failed);
      this.alarm(`${name}Aborted`, machine.metricAborted({ period: PERIOD }), 'failed-executions', failed);
    }
  }

  private alarm(id: string, metric: IMetric, entry: string, what: string, more: Partial<AlarmProps> = {}): void {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription: `${what} What to do: ${RUNBOOK}#${entry}`,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...more,
    });
    if (this.action) alarm.addAlarmAction(this.action);
  }
}

/** Returns the name of a queue from its construct and its parent: `ValidateQueueBatches`. */
function idOf(queue: Queue): string {
  return `${queue.node.scope?.node.id}${queue.node.id}`;
}

function mailTo(scope: Construct, address: string): SnsAction {
  const topic = new Topic(scope, 'Alarms', { enforceSSL: true });
  const subscription = topic.addSubscription(new EmailSubscription(address));
  Validations.of(subscription).acknowledge({
    id: 'Serverless-SNSRedrivePolicy',
    reason: 'SNS retries mail for hours, and the alarm stays visible in CloudWatch.',
  });
  return new SnsAction(topic);
}
