// The options of `-c name=value`.
import type { Node } from 'constructs';
import { LIMITS } from '#core/base/limits.ts';
import { STACK_NAME } from '#core/base/names.ts';
import { checkGpuFamilies } from './compute/training-hosts.ts';

export type Options = {
  /** Name of the stack: `goldpan`, or `goldpan-<stage>`. */
  readonly stackName: string;
  readonly stage: string;
  /** Whether the buckets are kept when the stack is deleted. */
  readonly removal: 'retain' | 'destroy';
  readonly compute: 'batch' | 'worker';
  /** With `compute=batch`: GPU or CPU instances. */
  readonly gpu: boolean;
  /** With `gpu=true`: instance families, separated by commas; training-hosts.ts lists the supported ones. */
  readonly gpuFamilies: readonly string[];
  /**
   * With `compute=batch`: number of reclaimed spot hosts after which a run continues on demand; 0: it starts on demand.
   */
  readonly onDemandAfter: number;
  /** `private`: the training hosts have no route to the internet; interface endpoints are billed by the hour. */
  readonly network: 'default' | 'private';
  /** With `compute=batch`: whether EMR Serverless indexes datasets that are too large for one function. */
  readonly spark: boolean;
  /** URI of a trainer image that exists already; without one, CodeBuild makes it at the first training. */
  readonly trainerImage: string | undefined;
  /** Cleaning functions that run at once; of `validate` at most as many. */
  readonly cleanConcurrency: number;
  /** A dataset of more items is indexed in a container or by a worker. */
  readonly indexItems: number;
  /** Shards of a snapshot that are written at once. */
  readonly shardConcurrency: number;
  /** A failed message is retried after this number of seconds, then after its square, cube and fourth power. */
  readonly retryBaseSeconds: number;
  /** Concurrency reserved for the endpoint. New accounts have too small a quota to reserve any. */
  readonly sampleConcurrency: number | undefined;
  /** Origins whose pages may read the data bucket by links; `http://localhost:8000` is one. */
  readonly browserOrigins: readonly string[];
  /** Receiver of mails about alarms. */
  readonly alarmEmail: string | undefined;
};

/** Defaults of the options. */
export const DEFAULT_OPTIONS: Options = {
  stage: '',
  stackName: STACK_NAME,
  removal: 'retain',
  compute: 'batch',
  gpu: true,
  gpuFamilies: ['g4dn', 'g5', 'g6'],
  onDemandAfter: 3,
  network: 'default',
  spark: true,
  trainerImage: undefined,
  cleanConcurrency: 10,
  indexItems: LIMITS.indexItems,
  shardConcurrency: 10,
  retryBaseSeconds: 5,
  sampleConcurrency: undefined,
  browserOrigins: [],
  alarmEmail: undefined,
};

/** Throws when a value is not one of those allowed, before anything is built. */
export function optionsOf(node: Node): Options {
  const text = (name: string) => node.tryGetContext(name) as string | number | boolean | undefined;
  const stage = String(text('stage') ?? DEFAULT_OPTIONS.stage);
  if (!/^([a-z][a-z0-9-]{0,19})?$/.test(stage)) {
    throw new Error(
      `-c stage=${stage} is invalid: use lower-case letters, digits and dashes, at most 20 characters, starting with a letter.`,
    );
  }
  return {
    stage,
    stackName: stage === '' ? STACK_NAME : `${STACK_NAME}-${stage}`,
    removal: oneOf('removal', text('removal') ?? (stage === 'dev' ? 'destroy' : DEFAULT_OPTIONS.removal), [
      'retain',
      'destroy',
    ]),
    compute: oneOf('compute', text('compute') ?? DEFAULT_OPTIONS.compute, ['batch', 'worker']),
    gpu: oneOf('gpu', String(text('gpu') ?? DEFAULT_OPTIONS.gpu), ['true', 'false']) === 'true',
    gpuFamilies: checkGpuFamilies(
      String(text('gpuFamilies') ?? DEFAULT_OPTIONS.gpuFamilies.join(','))
        .split(',')
        .filter(Boolean),
    ),
    onDemandAfter: wholeNumber('onDemandAfter', text('onDemandAfter') ?? DEFAULT_OPTIONS.onDemandAfter, {
      least: 0,
      most: 10,
    }),
    network: oneOf('network', text('network') ?? DEFAULT_OPTIONS.network, ['default', 'private']),
    spark: oneOf('spark', String(text('spark') ?? DEFAULT_OPTIONS.spark), ['true', 'false']) === 'true',
    trainerImage: text('trainerImage') === undefined ? undefined : String(text('trainerImage')),
    cleanConcurrency: wholeNumber('cleanConcurrency', text('cleanConcurrency') ?? DEFAULT_OPTIONS.cleanConcurrency, {
      least: 2,
      most: 1000,
    }),
    indexItems: wholeNumber('indexItems', text('indexItems') ?? DEFAULT_OPTIONS.indexItems, {
      least: 1,
      most: LIMITS.indexItems,
    }),
    shardConcurrency: wholeNumber('shardConcurrency', text('shardConcurrency') ?? DEFAULT_OPTIONS.shardConcurrency, {
      least: 1,
      most: 1000,
    }),
    retryBaseSeconds: wholeNumber('retryBaseSeconds', text('retryBaseSeconds') ?? DEFAULT_OPTIONS.retryBaseSeconds, {
      least: 1,
      most: 14,
    }),
    sampleConcurrency:
      text('sampleConcurrency') === undefined
        ? undefined
        : wholeNumber('sampleConcurrency', text('sampleConcurrency'), { least: 1, most: 1000 }),
    browserOrigins: origins(text('browserOrigins')),
    alarmEmail: text('alarmEmail') === undefined ? undefined : String(text('alarmEmail')),
  };
}

function origins(given: unknown): string[] {
  const named = String(given ?? '')
    .split(',')
    .filter(Boolean);
  for (const origin of named) {
    if (!/^https?:\/\/[^/\s*]+$/.test(origin))
      throw new Error(
        `-c browserOrigins=${origin} is invalid: name the scheme and the host, as in https://www.example.com, separated by commas.`,
      );
  }
  return named;
}

function oneOf<const Choice extends string>(name: string, given: unknown, allowed: readonly Choice[]): Choice {
  const found = allowed.find((choice) => choice === given);
  if (found === undefined) throw new Error(`-c ${name}=${given} is invalid: allowed values are ${allowed.join(', ')}.`);
  return found;
}

function wholeNumber(name: string, given: unknown, { least, most }: { least: number; most: number }): number {
  const number = Number(given);
  if (!Number.isInteger(number) || number < least || number > most) {
    throw new Error(`-c ${name}=${given} is invalid: use an integer from ${least} to ${most}.`);
  }
  return number;
}
