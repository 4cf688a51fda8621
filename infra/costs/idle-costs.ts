// Computes the monthly cost of an idle deployment from its template.
import { HOURS_A_MONTH, POLL_SECONDS, POLLERS, PRICES } from './prices.ts';

type Resource = { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> };
export type StackTemplate = Readonly<Record<string, Resource>>;
export type IdleCosts = { readonly alarms: number; readonly polling: number; readonly endpoints: number };

/** Returns USD per month at list prices, without storage and without what is free in each account. */
export function idleCosts(template: StackTemplate): IdleCosts {
  const ofType = (type: string) => Object.values(template).filter(({ Type }) => Type === type);
  const alarms = ofType('AWS::CloudWatch::Alarm').length;
  const queues = ofType('AWS::Lambda::EventSourceMapping').length;
  const requests = queues * POLLERS * ((HOURS_A_MONTH * 3_600) / POLL_SECONDS);
  const endpoints = ofType('AWS::EC2::VPCEndpoint')
    .filter(({ Properties }) => Properties?.VpcEndpointType === 'Interface')
    .reduce((sum, { Properties }) => sum + ((Properties?.SubnetIds ?? []) as readonly unknown[]).length, 0);
  return {
    alarms: Math.max(0, alarms - PRICES.freeAlarms) * PRICES.alarmMonth,
    polling: (Math.max(0, requests - PRICES.freeQueueRequests) / 1e6) * PRICES.millionQueueRequests,
    endpoints: endpoints * PRICES.interfaceEndpointHour * HOURS_A_MONTH,
  };
}

const ROWS: readonly (readonly [keyof IdleCosts, string])[] = [
  ['alarms', 'alarms; the first ten of an account are free'],
  ['polling', 'queue polling, at most; the first million requests are free'],
  ['endpoints', 'interface endpoints'],
];

/** Returns the rows of the README's table, one column a deployment. */
export function idleCostTable(deployments: Readonly<Record<string, StackTemplate>>): string {
  const names = Object.keys(deployments);
  const costs = Object.values(deployments).map(idleCosts);
  const row = (title: string, values: readonly number[]) =>
    `| ${[title, ...values.map((value) => `$${value.toFixed(2)}`)].join(' | ')} |`;
  return [
    `| a month, while idle | ${names.map((name) => `\`${name}\``).join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...ROWS.map(([item, title]) =>
      row(
        title,
        costs.map((cost) => cost[item]),
      ),
    ),
    row(
      'sum',
      costs.map(({ alarms, polling, endpoints }) => alarms + polling + endpoints),
    ),
  ].join('\n');
}
