// Determines the deployment that a command uses: the flag, then AWS_ENDPOINT_URL, then the file that `local up` wrote, then the AWS
// profile.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { STACK_NAME } from '#core/base/names.ts';
import { ClientFailure } from './failure.ts';

export const ROOT = resolve(import.meta.dirname, '..');
const STATE = '.goldpan';
/** The folder for all files that goldpan writes on this machine without a given path. */
export const STATE_FOLDER = join(ROOT, STATE);
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
  /** Undefined for AWS. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly stackName: string;
  readonly source: 'flag' | 'environment' | 'file' | 'profile';
  /** Known without a request when `local up` wrote them down. */
  readonly outputs: Readonly<Record<string, string>> | undefined;
};

type Environment = Record<string, string | undefined>;
type Flags = { readonly endpoint?: string | undefined; readonly stack?: string | undefined };

/** Throws ClientFailure when the endpoint is not a URL. */
export function resolveTarget(
  { endpoint: flag, stack = STACK_NAME }: Flags,
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
 * Returns the variables that point the SDK of this process and of its children at the target. An emulator on this machine
 * never gets a person's own keys; it accepts any.
 */
export function environmentOf(
  { endpoint, region }: Pick<Target, 'endpoint' | 'region'>,
  environment: Environment,
): Environment {
  if (endpoint === undefined) return region ? { AWS_REGION: region } : {};
  const isEmulator = LOOPBACK.test(endpoint);
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: region ?? DEFAULT_REGION,
    ...(isEmulator && { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: undefined }),
    ...(isEmulator && environment.AWS_PROFILE && { AWS_PROFILE: undefined }),
  };
}

/** Sets variables of an environment. A member that is undefined is removed. */
export function setEnvironment(variables: Environment, environment: Environment): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete environment[name];
    else environment[name] = value;
  }
}

export function describeTarget({ endpoint, region, source }: Target, environment: Environment): string {
  if (endpoint === undefined)
    return `AWS, profile ${environment.AWS_PROFILE ?? 'default'}${region ? `, ${region}` : ''}`;
  const from = { flag: '--endpoint', environment: 'AWS_ENDPOINT_URL', file: '.goldpan/target.json', profile: '' };
  return `${endpoint} (${from[source]})`;
}

/** Returns undefined when there is no such file, or when another release wrote it. */
export function readTargetFile(path = TARGET_FILE): TargetFile | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return TargetFile.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Reads the target.json of the nearest `.goldpan` at or above `folder`, else that of the checkout. */
export function findTargetFile(folder: string): TargetFile | undefined {
  const above = foldersAbove(folder).map((one) => join(one, STATE, 'target.json'));
  return readTargetFile(above.find((path) => existsSync(path)) ?? TARGET_FILE);
}

/** Returns the nearest `.goldpan` at or above `folder`, else that of the checkout. */
export function stateFolder(folder: string): string {
  return (
    foldersAbove(folder)
      .map((one) => join(one, STATE))
      .find((path) => existsSync(path)) ?? STATE_FOLDER
  );
}

function foldersAbove(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent)];
}

function checkedUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new ClientFailure(`The endpoint is not a URL: ${text}`, {
      next: 'Example: http://localhost:4566',
      exitCode: 2,
    });
  }
  return text.replace(/\/+$/, '');
}
