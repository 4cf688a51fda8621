// docs/access.md: the policies of those outside a deployment grant what the code asks for, and no more.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { OUTPUT, STACK_NAME } from '#core/base/names.ts';
import { ofType, ROOT, synth } from './synth.ts';

type Statement = {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
};

const page = readFileSync(resolve(ROOT, 'docs/access.md'), 'utf8');
const [callers = [], worker = []] = [...page.matchAll(/```json\n(.*?)```/gs)].map(
  ([, json]) => (JSON.parse(json as string) as { Statement: Statement[] }).Statement,
);

/** Roles whose work a worker does where there are no containers. */
const JOB_ROLES = /^(TrainingBatchJobRole|AssembleContainerJobRole)/;
const BUCKETS = { StorageData: 'DATA-BUCKET', StorageDrop: 'DROP-BUCKET' };
const QUEUE = 'arn:aws:sqs:REGION:ACCOUNT:TRAINING-QUEUE';
const MACHINES = ['ASSEMBLE', 'TRAIN'].map((name) => `arn:aws:states:REGION:ACCOUNT:stateMachine:${name}-MACHINE`);

test('a caller may call the one function through its URL, signed as the template asks for', () => {
  const built = synth({ compute: 'worker' });
  const [[, url] = []] = ofType(built, 'AWS::Lambda::Url');
  const condition = { StringEquals: { 'lambda:FunctionUrlAuthType': url?.Properties.AuthType } };
  expect(callers.map(({ Action }) => Action)).toEqual(['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']);
  expect(callers.map(({ Condition }) => Condition)).toEqual([
    condition,
    { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
  ]);
  expect(new Set(callers.map(({ Resource }) => Resource)).size).toBe(1);
});

test('a worker may do what the jobs of Batch may do, take jobs and answer for them', () => {
  const jobs = ofType(synth(), 'AWS::IAM::Policy')
    .filter(([id]) => JOB_ROLES.test(id))
    .flatMap(([, { Properties }]) => grantsOf(Properties.PolicyDocument.Statement));
  expect(new Set(jobs.map(([action]) => action)).size).toBeGreaterThan(3);
  const calls = commandsIn('client/training/worker/job-queue.ts').flatMap((call) =>
    call.startsWith('SendTask') ? MACHINES.map((arn) => [`states:${call}`, arn]) : [[`sqs:${call}`, QUEUE]],
  );
  expect(commandsIn('client/outputs.ts')).toEqual(['DescribeStacks']);
  const stack = `arn:aws:cloudformation:REGION:ACCOUNT:stack/${STACK_NAME}/*`;
  const expected = [...jobs, ...calls, ['cloudformation:DescribeStacks', stack]].map(String);
  expect(worker.every(({ Effect, Condition }) => Effect === 'Allow' && Condition === undefined)).toBe(true);
  expect(grantsOf(worker).map(String).sort()).toEqual([...new Set(expected)].sort());
});

test('the outputs that the page names exist', () => {
  const named = [...page.matchAll(/`(\w+(?:Url|Name))`/g)].map((match) => match[1]);
  expect(named.length).toBeGreaterThan(1);
  expect(named.filter((name) => !Object.values<string>(OUTPUT).includes(name as string))).toEqual([]);
});

/** Pairs of one action and one ARN. */
function grantsOf(statements: readonly Statement[]): [string, string][] {
  return statements.flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) => [Resource].flat().map((arn): [string, string] => [action, arnOf(arn)])),
  );
}

/** With the bucket's word of the page in the place of its logical id. */
function arnOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as {
    'Fn::GetAtt'?: string[];
    'Fn::Join'?: [string, unknown[]];
  };
  if (join) return join[1].map(arnOf).join(join[0]);
  const [, bucket] = Object.entries(BUCKETS).find(([prefix]) => attribute?.[0]?.startsWith(prefix)) ?? [];
  if (bucket === undefined) throw new Error(`not a bucket: ${JSON.stringify(value)}`);
  return `arn:aws:s3:::${bucket}`;
}

/** The calls to AWS that a file makes, by the commands it sends. */
function commandsIn(file: string): string[] {
  const source = readFileSync(resolve(ROOT, file), 'utf8');
  return [...new Set([...source.matchAll(/new (\w+)Command\(/g)].map((match) => match[1] as string))];
}
