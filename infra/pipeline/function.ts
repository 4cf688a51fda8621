// Builds every function: Node 22, one role, one log group, with the SDK and the native libraries in the package.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy, Size, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
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
import { APART, NATIVE, OPENED_BESIDE, REQUIRE_IN_ESM } from './packaging.ts';

const ROOT = resolve(import.meta.dirname, '../..');
export type FunctionProps = {
  readonly memoryMiB: number;
  readonly timeout: Duration;
  /** Native libraries that are packaged with the code. @default none */
  readonly native?: readonly (keyof typeof NATIVE)[];
  /**
   * Files of functions/<name>/ that run as separate processes: `x.ts` becomes `x.mjs` beside the code. @default none
   */
  readonly children?: readonly string[];
  /** Modules that are bundled into files of their own. @default none */
  readonly apart?: readonly (keyof typeof APART)[];
  /** Files of pretrained networks in infra/native/features that are packaged with the code. @default none */
  readonly pretrained?: readonly string[];
  /** Size of the scratch folder. @default 512 */
  readonly scratchMiB?: number | undefined;
  /** @default none: the account's concurrency is shared */
  readonly reservedConcurrency?: number | undefined;
};

/** The function in functions/<name>/handler.ts. What it may do is added with the bind methods, together with its environment. */
export class GoldpanFunction extends Construct {
  readonly fn: NodejsFunction;
  private readonly role: Role;

  constructor(scope: Construct, name: string, props: FunctionProps) {
    super(scope, name);
    const { memoryMiB, timeout, native = [], children = [], apart = [], pretrained = [] } = props;
    const { scratchMiB, reservedConcurrency } = props;
    const external: string[] = native.flatMap((library) => NATIVE[library]);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.fn = new NodejsFunction(this, 'Function', {
      entry: resolve(ROOT, 'functions', name, 'handler.ts'),
      projectRoot: ROOT,
      depsLockFilePath: resolve(ROOT, 'package-lock.json'),
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
      bundling: {
        assetHash: sourceHash(name, native),
        format: OutputFormat.ESM,
        target: 'node22',
        mainFields: ['module', 'main'],
        minify: true,
        bundleAwsSDK: true,
        externalModules: [...external, ...apart.map((module) => APART[module])],
        esbuildArgs: Object.fromEntries(apart.map((module) => [`--alias:${module}`, APART[module]])),
        banner: REQUIRE_IN_ESM,
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (_input, output) => [
            ...children.map((file) =>
              bundleBeside(
                resolve(ROOT, 'functions', name, file),
                external,
                join(output, `${basename(file, '.ts')}.mjs`),
                apart,
              ),
            ),
            ...apart.flatMap((module) => bundleApart(module, external, output)),
            ...native.flatMap((library) => copyNative(library, output)),
            ...pretrained.map((file) => copyPretrained(file, output)),
          ],
        },
      },
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

/** A module that is bundled into its own file, and the file that it opens at run time. */
function bundleApart(module: keyof typeof APART, external: readonly string[], output: string): string[] {
  const pathOf = (name: string) => fileURLToPath(import.meta.resolve(name));
  const opened = OPENED_BESIDE[module];
  return [
    bundleBeside(pathOf(module), external, join(output, APART[module])),
    ...(opened === undefined ? [] : [`cp "${pathOf(opened)}" "${join(output, basename(opened))}"`]),
  ];
}

/** Bundles a further entry point like the function itself. `apart`: modules in files of their own. */
function bundleBeside(
  entry: string,
  external: readonly string[],
  outfile: string,
  apart: readonly (keyof typeof APART)[] = [],
): string {
  if (!existsSync(entry)) throw new Error(`${entry} does not exist.`);
  const options = [
    '--bundle --platform=node --format=esm --target=node22 --minify --main-fields=module,main',
    ...external.map((name) => `--external:${name}`),
    ...apart.flatMap((module) => [`--external:${APART[module]}`, `--alias:${module}=${APART[module]}`]),
    // WebAssembly modules find their files by these variables.
    '--define:__dirname=import.meta.dirname --define:__filename=import.meta.filename',
    `--banner:js="${REQUIRE_IN_ESM}"`,
    `--outfile="${outfile}"`,
  ];
  return `"${resolve(ROOT, 'node_modules/.bin/esbuild')}" "${entry}" ${options.join(' ')}`;
}

function portable(path: string): string {
  return path.replaceAll(sep, '/');
}

function nativeFolder(library: string): string {
  return resolve(ROOT, '.goldpan/native', library, 'node_modules');
}

function copyNative(library: string, output: string): string[] {
  const from = nativeFolder(library);
  if (!existsSync(from)) throw new Error(`${from} does not exist. Run: npm run setup -- --deploy`);
  return [copying(from, join(output, 'node_modules'))];
}

function copyPretrained(file: string, output: string): string {
  return copying(resolve(ROOT, 'infra/native/features', file), join(output, file));
}

/** A command line that the shells of all systems understand. It does not begin with a quote, which cmd.exe would remove. */
function copying(from: string, to: string): string {
  return `node "${resolve(import.meta.dirname, 'copy-files.mjs')}" "${from}" "${to}"`;
}

/** Hashes all inputs of a package, so that an unchanged function is neither bundled nor uploaded again. */
function sourceHash(name: string, native: readonly string[]): string {
  const hash = createHash('sha256');
  const sources = [`functions/${name}/**/*.ts`, 'functions/*.ts', 'stages/**/*.ts', 'core/**/*.ts'].flatMap((pattern) =>
    globSync(pattern, { cwd: ROOT }),
  );
  // Names are sorted and use `/`, so that the hash is the same on every system.
  for (const file of [
    ...sources.map(portable).sort(),
    'package-lock.json',
    'infra/pipeline/function.ts',
    'infra/pipeline/packaging.ts',
  ]) {
    hash.update(`${file}\0`).update(readFileSync(resolve(ROOT, file)));
  }
  for (const library of native) {
    for (const file of globSync('**/*', { cwd: nativeFolder(library) })
      .map(portable)
      .sort()) {
      const found = statSync(resolve(nativeFolder(library), file));
      hash.update(`${library}/${file} ${found.isFile() ? found.size : 'folder'}\0`);
    }
  }
  return hash.digest('hex');
}
