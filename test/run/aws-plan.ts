// What a run of test/local in an account does and what it costs at most, said before anything is created.
import { randomBytes } from 'node:crypto';
import { HOURS_A_MONTH, POLL_SECONDS, POLLERS, PRICES } from '../../infra/costs/prices.ts';

/** Deploying, testing and deleting take less. */
const HOURS = 2;
/** Counts of one run, rounded up: what the tests drop is 400 objects, of 40 KB at most. */
const FILES = 1_000;
const EXECUTIONS = 50;
const TRANSITIONS = 60;
export const MOST_MAPPINGS = 12;
export const MOST_ALARMS = 80;
/** USD: eight requests and 0.28 GB-seconds (docs/scale.md), and one state transition. */
const FILE_PRICE = (4 * 0.4 + 3 * 5 + 0.4 + 0.28 * 16.67) / 1e6;
const TRANSITION_PRICE = 25 / 1e6;
/** What a dry run prints in place of what it was not told. */
const UNKNOWN = { profile: 'NAME', region: 'REGION' };
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

export const USAGE = `npm run test:aws -- --profile NAME --region REGION [--yes]
npm run test:aws -- --dry-run

Runs test/local in the account of an AWS profile: creates a stack of its own, tests it, deletes it.
  --dry-run   prints what would be done and what it costs at most, and ends; profile and region may be left out
  --yes       does not ask`;

export type AwsRun = {
  readonly profile: string;
  readonly region: string;
  readonly stage: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
};

/** Undefined if the arguments are incomplete or unknown. */
export function readArguments(given: readonly string[]): AwsRun | undefined {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  for (let at = 0; at < given.length; at++) {
    const name = given[at] as string;
    if (name === '--profile' || name === '--region') values.set(name, given[++at] ?? '');
    else if (name === '--dry-run' || name === '--yes') flags.add(name);
    else return undefined;
  }
  const dryRun = flags.has('--dry-run');
  const unknown = dryRun ? UNKNOWN : undefined;
  const profile = values.get('--profile') ?? unknown?.profile ?? '';
  const region = values.get('--region') ?? unknown?.region ?? '';
  if (profile === '' || (region !== unknown?.region && !REGION.test(region))) return undefined;
  // Unlike the stage of any other run, so that two of them at once do not meet.
  const stage = `test-${randomBytes(4).toString('hex')}`;
  return { profile, region, stage, dryRun, yes: flags.has('--yes') };
}

/** USD at list prices of us-east-1, an upper bound. */
export function mostCosts(): { readonly idle: number; readonly requests: number; readonly sum: number } {
  const polls = MOST_MAPPINGS * POLLERS * ((HOURS * 3_600) / POLL_SECONDS);
  const idle = (MOST_ALARMS * PRICES.alarmMonth * HOURS) / HOURS_A_MONTH + (polls / 1e6) * PRICES.millionQueueRequests;
  const requests = FILES * FILE_PRICE + EXECUTIONS * TRANSITIONS * TRANSITION_PRICE;
  return { idle, requests, sum: idle + requests };
}

export function planLines({ profile, region, stage }: AwsRun, files: readonly string[]): string[] {
  const { idle, requests, sum } = mostCosts();
  const usd = (value: number) => `$${value.toFixed(2)}`;
  return [
    `account   that of the profile ${profile}, region ${region}`,
    `create    the stack goldpan-${stage} (compute=worker, removal=destroy), and CDKToolkit if the account lacks it`,
    `test      ${files.length} files of test/local: ${files.join(', ')}`,
    '          trainings run on this machine; no EC2 instance and no image is made',
    `delete    every object version in the buckets of goldpan-${stage}, then the stack, whatever the tests said`,
    'stays     CDKToolkit with its bucket of uploaded packages (about 0.3 GB: $0.01 a month)',
    `cost      at most ${usd(sum)}: ${usd(idle)} for ${HOURS} hours of alarms and queue polling, ${usd(requests)} for requests,`,
    '          at list prices of us-east-1, without free tiers',
  ];
}
