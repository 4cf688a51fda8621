// Which cloud a command speaks to: flag, then AWS_ENDPOINT_URL, then what `local up` wrote, then the AWS profile.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { STACK_NAME } from '#core/base/names.ts';
import { CommandFailure } from './failure.ts';

export const ROOT = resolve(import.meta.dirname, '..');
/** Everything that goldpan writes on this machine by itself lies here. */
export const STATE_FOLDER = join(ROOT, '.goldpan');
export const TARGET_FILE = join(STATE_FOLDER, 'target.json');
const DEFAULT_REGION = 'us-east-1';
const LOOPBACK = /^https?:\/\/(localhost|127\.|\[::1\]|[a-z0-9.-]*\.localhost|localhost\.localstack\.cloud)/;

/** .goldpan/target.json */
export const TargetFile = z.strictObject({
  endpoint: z.string(),
  region: z.string(),
  outputs: z.record(z.string(), z.string()),
  /** Processes that `local up` started, so that `local down` stops those and no others. */
  pids: z.strictObject({ emulator: z.int().nullable(), worker: z.int().nullable() }),
});
export type TargetFile = z.infer<typeof TargetFile>;

export type Target = {
  /** Undefined: AWS itself. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly stackName: string;
  readonly source: 'flag' | 'environment' | 'file' | 'profile';
  /** Known without asking when `local up` wrote them down. */
  readonly outputs: Readonly<Record<string, string>> | undefined;
};

type Environment = Record<string, string | undefined>;

export function resolveTarget(
  {
    endpoint: flag,
    stack = STACK_NAME,
  }: { readonly endpoint?: string | undefined; readonly stack?: string | undefined },
  environment: Environment,
  file: TargetFile | undefined,
): Target {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  const common = { region, stackName: stack, outputs: undefined };
  if (flag !== undefined) return { ...common, endpoint: checkedUrl(flag), source: 'flag' };
  if (environment.AWS_ENDPOINT_URL)
    return { ...common, endpoint: checkedUrl(environment.AWS_ENDPOINT_URL), source: 'environment' };
  if (!file) return { ...common, endpoint: undefined, source: 'profile' };
  const outputs = stack === STACK_NAME ? file.outputs : undefined;
  return { ...common, endpoint: file.endpoint, region: file.region, source: 'file', outputs };
}

/**
 * The variables that point the SDK of this process and of its children at the target. An emulator on this machine never
 * gets a person's own keys; whichever there are will do.
 */
export function environmentOf(
  { endpoint, region }: Pick<Target, 'endpoint' | 'region'>,
  environment: Environment,
): Environment {
  if (endpoint === undefined) return region ? { AWS_REGION: region } : {};
  const stranger = LOOPBACK.test(endpoint);
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: region ?? DEFAULT_REGION,
    ...(stranger && { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: undefined }),
    ...(stranger && environment.AWS_PROFILE && { AWS_PROFILE: undefined }),
  };
}

export function describeTarget({ endpoint, region, source }: Target, environment: Environment): string {
  if (endpoint === undefined)
    return `AWS, profile ${environment.AWS_PROFILE ?? 'default'}${region ? `, ${region}` : ''}`;
  const from = { flag: '--endpoint', environment: 'AWS_ENDPOINT_URL', file: '.goldpan/target.json', profile: '' };
  return `${endpoint} (${from[source]})`;
}

/** Undefined when there is none, or when it was written by another release. */
export function readTargetFile(path = TARGET_FILE): TargetFile | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return TargetFile.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function checkedUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new CommandFailure(`The endpoint is not a URL: ${text}`, {
      next: 'Give it like http://localhost:4566.',
      exitCode: 2,
    });
  }
  return text.replace(/\/+$/, '');
}
