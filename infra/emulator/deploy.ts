// Deploys goldpan with the CDK's own commands, and skips steps whose result exists already.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { STACK_NAME } from '#core/base/names.ts';
import { assembly, type SynthContext } from './assembly.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const BIN = resolve(ROOT, 'node_modules/.bin');
const BOOTSTRAP_STACK = 'CDKToolkit';
/** The environment in which CDK uses the account and region of the present credentials. */
const CURRENT_ENVIRONMENT = 'aws://unknown-account/unknown-region';
const LAST_LINES = 30;

export type DeployRequest = {
  /** The options of `-c`; see options.ts. */
  readonly context?: SynthContext;
  /** Endpoint, credentials and region, which override the environment of this process. @default the user's own AWS configuration */
  readonly environment?: Readonly<Record<string, string>>;
  /** Path to which the outputs are also written, in the form of `cdk deploy --outputs-file`. */
  readonly outputsFile?: string;
  /** Called for each line that the CDK prints. */
  readonly onLine?: (line: string) => void;
  /** Called when a command of the CDK starts: synth, bootstrap or deploy. One whose result exists is skipped. */
  readonly onStep?: (command: string) => void;
  readonly signal?: AbortSignal;
};

type Cdk = (args: string[], folder?: string) => Promise<void>;

/** Resolves to the stack's outputs. Throws with the CDK's last lines when it fails. */
export async function deploy(request: DeployRequest = {}): Promise<Record<string, string>> {
  const { context = {}, environment = {}, outputsFile } = request;
  const stackName = context.stage ? `${STACK_NAME}-${context.stage}` : STACK_NAME;
  const client = cloudFormation(environment);
  const cdk = (args: string[], folder = ROOT) => {
    request.onStep?.(args[0] ?? '');
    return runCdk(args, folder, request);
  };

  const [folder] = await Promise.all([assembly(context, cdk), bootstrap(client, cdk)]);
  if (!(await isDeployed(client, stackName, folder))) {
    await cdk(['deploy', stackName, '--app', folder, '--method', 'direct', '--require-approval', 'never']);
  }
  const outputs = await outputsOf(client, stackName);
  if (outputsFile !== undefined) {
    mkdirSync(dirname(outputsFile), { recursive: true });
    writeFileSync(outputsFile, `${JSON.stringify({ [stackName]: outputs }, null, 2)}\n`);
  }
  return outputs;
}

/**
 * Runs in a folder without a cdk.json, because with one CDK would synthesise the app to find its environments.
 */
async function bootstrap(client: CloudFormationClient, cdk: Cdk): Promise<void> {
  if ((await stackNamed(client, BOOTSTRAP_STACK)) === undefined)
    await cdk(['bootstrap', CURRENT_ENVIRONMENT], tmpdir());
}

/** Returns whether exactly this template is deployed completely and no operation is in progress. */
async function isDeployed(client: CloudFormationClient, stackName: string, folder: string): Promise<boolean> {
  const status = (await stackNamed(client, stackName))?.StackStatus ?? '';
  if (!['CREATE_COMPLETE', 'UPDATE_COMPLETE'].includes(status)) return false;
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: stackName }));
  const wanted = JSON.parse(readFileSync(resolve(folder, `${stackName}.template.json`), 'utf8')) as unknown;
  return TemplateBody.startsWith('{') && isDeepStrictEqual(JSON.parse(TemplateBody), wanted);
}

async function outputsOf(client: CloudFormationClient, stackName: string): Promise<Record<string, string>> {
  const stack = await stackNamed(client, stackName);
  if (stack === undefined) throw new Error(`The stack ${stackName} was deployed, but CloudFormation does not find it.`);
  return Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
}

async function stackNamed(client: CloudFormationClient, stackName: string): Promise<Stack | undefined> {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: stackName }))).Stacks?.[0];
  } catch (error) {
    // The error of CloudFormation for a stack that does not exist.
    if ((error as Error).name === 'ValidationError') return undefined;
    throw error;
  }
}

/** The SDK reads the environment of this process, so overriding variables must be passed explicitly. */
function cloudFormation(environment: Readonly<Record<string, string>>): CloudFormationClient {
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = environment;
  return new CloudFormationClient({
    ...(endpoint && { endpoint }),
    ...(region && { region }),
    ...(AWS_ACCESS_KEY_ID &&
      AWS_SECRET_ACCESS_KEY && {
        credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
      }),
  });
}

function runCdk(args: string[], cwd: string, { environment, onLine, signal }: DeployRequest): Promise<void> {
  const env = {
    ...process.env,
    ...environment,
    CI: 'true',
    // The setting `cli-telemetry` of cdk.json, for commands that run without that file.
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // Loading CloudFormation's schemas takes seconds, and the tests compare the template with them.
    CDK_VALIDATION: 'false',
    PATH: [BIN, process.env.PATH].join(delimiter),
  };
  const child = spawn(resolve(BIN, 'cdk'), [...args, '--no-notices'], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (lastLines.push(line) > LAST_LINES) lastLines.shift();
      onLine?.(line);
    });
  }
  return new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('close', (code, stopped) => {
      if (code === 0) settle();
      else fail(new Error(`cdk ${args[0]} failed with ${stopped ?? `exit code ${code}`}:\n${lastLines.join('\n')}`));
    });
  });
}
