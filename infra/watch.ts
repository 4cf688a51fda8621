// What wakes somebody up. Each alarm says where the runbook tells what to do.
import { Duration, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Options } from './options.ts';
import type { GoldpanFunction } from './pipeline/function.ts';

const PERIOD = Duration.minutes(5);
const RUNBOOK = 'docs/runbook.md';

export type WatchProps = {
  readonly deadLetters: Readonly<Record<string, Queue>>;
  readonly functions: readonly GoldpanFunction[];
  readonly machines: Readonly<Record<string, StateMachine>>;
} & Pick<Options, 'alarmEmail'>;

export class Watch extends Construct {
  private readonly action: SnsAction | undefined;

  constructor(scope: Construct, id: string, { deadLetters, functions, machines, alarmEmail }: WatchProps) {
    super(scope, id);
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
    for (const { fn, node } of functions) {
      const metric = fn.metricErrors({ period: PERIOD });
      this.alarm(
        `${node.id}-errors`,
        metric,
        'function-errors',
        `The Lambda function ${node.id} failed at least once in 5 minutes.`,
      );
    }
    for (const [name, machine] of Object.entries(machines)) {
      const metric = machine.metricFailed({ period: PERIOD });
      this.alarm(`${name}Failed`, metric, 'failed-executions', `An execution of the state machine ${name} failed.`);
    }
  }

  private alarm(id: string, metric: IMetric, entry: string, what: string): void {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription: `${what} What to do: ${RUNBOOK}#${entry}`,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.action) alarm.addAlarmAction(this.action);
  }
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
