// The two state machines: valid, patient with the platform, and ended as their messages say.
import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { FAILURE } from '#core/base/errors.ts';
import { LIMITS } from '#core/base/limits.ts';
import { ENV } from '#core/base/names.ts';
import { AssembleRequest, IndexJob } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import { OPTION_SETS, ofType, type Resource, synth } from './synth.ts';

type State = {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly Parameters?: Resource['Properties'];
  readonly Retry?: readonly Record<string, unknown>[];
  readonly Catch?: readonly { readonly ErrorEquals: string[]; readonly Next: string }[];
  readonly ItemProcessor?: Definition;
  readonly [key: string]: unknown;
};
type Definition = {
  readonly StartAt: string;
  readonly States: Record<string, State>;
  readonly TimeoutSeconds?: number;
};

const SERVICE_ERRORS = [
  'StepFunctions.ExecutionAlreadyExistsException',
  'ExecutionAlreadyExists',
  'Ecr.ImageNotFoundException',
];

describe.each(Object.entries(OPTION_SETS))('with %s', (_, options) => {
  const machines = definitions(options);

  test('both definitions are valid states language', () => {
    expect(machines).toHaveLength(2);
    for (const [id, definition] of machines) {
      const { isValid, errorsText } = validate(definition, { checkPaths: true, checkArn: false });
      expect(isValid, `${id}: ${isValid ? '' : errorsText('; ')}`).toBe(true);
    }
  });

  test('both are standard, logged in full and traced', () => {
    for (const [, { Properties }] of ofType(synth(options), 'AWS::StepFunctions::StateMachine')) {
      expect(Properties).toMatchObject({
        StateMachineType: 'STANDARD',
        LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
        TracingConfiguration: { Enabled: true },
      });
    }
  });

  test('every task is tried again, with full jitter and a cap', () => {
    const tasks = machines.flatMap(([, { States }]) => allStates(States)).filter(([, { Type }]) => Type === 'Task');
    expect(tasks.length).toBeGreaterThanOrEqual(6);
    for (const [name, { Retry = [] }] of tasks) {
      expect(Retry.length, name).toBeGreaterThan(0);
      for (const retry of Retry)
        expect(retry, name).toMatchObject({ JitterStrategy: 'FULL', MaxDelaySeconds: expect.any(Number) });
    }
  });

  test('an error that is caught or retried is one that the platform or our code throws', () => {
    const named = machines
      .flatMap(([, { States }]) => allStates(States))
      .flatMap(([, { Retry = [], Catch = [] }]) =>
        [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals as string[]),
      );
    const ours = named.filter(
      (name) => !/^(States|Lambda|Sandbox|StepFunctions|SQS|Batch|CodeBuild|Ecr|S3)\./.test(name),
    );
    expect(ours.filter((name) => ![...SERVICE_ERRORS, ...Object.values<string>(FAILURE)].includes(name))).toEqual([]);
    expect(named).not.toContain('States.ALL');
  });

  test('every state is reached and every machine ends', () => {
    for (const [id, { States, TimeoutSeconds }] of machines) {
      expect(TimeoutSeconds, id).toBeGreaterThan(0);
      expect(
        Object.values(States).some(({ Type }) => Type === 'Succeed'),
        id,
      ).toBe(true);
    }
  });
});

describe('assemble', () => {
  const { States, StartAt } = definition({ compute: 'worker' }, 'Assemble');

  test('goes from the index to the shards to the seal, and past the shards when it is sealed', () => {
    expect(StartAt).toBe('Index');
    expect(States.Index?.Next).toBe('Too large for a function?');
    expect(States['Too large for a function?']).toMatchObject({ Default: 'Sealed already?' });
    expect(States['Sealed already?']).toMatchObject({
      Choices: [{ Variable: '$.sealed', BooleanEquals: true, Next: 'Seal' }],
      Default: 'Write shards',
    });
    expect(States['Write shards']).toMatchObject({
      Type: 'Map',
      ItemsPath: '$.shards',
      MaxConcurrency: 10,
      ResultPath: null,
      Next: 'Seal',
    });
    expect(States.Seal?.Parameters?.Payload).toEqual({ 'request.$': '$.request', 'snapshotId.$': '$.snapshotId' });
  });

  test("what is too large for a function goes to a container, whose answer takes the place of the function's", () => {
    const { States: batch } = definition({}, 'Assemble');
    expect(batch['Too large for a function?']).toMatchObject({
      Choices: [{ Variable: '$.tooLarge', BooleanEquals: true, Next: 'Find the image' }],
      Default: 'Sealed already?',
    });
    expect(batch['Find the image']).toMatchObject({
      Next: 'Index in a container',
      Catch: [{ ErrorEquals: ['Ecr.ImageNotFoundException'], Next: 'Build the image', ResultPath: null }],
    });
    expect(batch['Index in a container']?.Resource).toMatch(/batch:submitJob\.sync$/);
    expect(batch['Index in a container']).toMatchObject({ ResultPath: null, Next: 'Read the result' });
    expect(batch['Read the result']).toMatchObject({
      ResultSelector: { 'indexed.$': 'States.StringToJson($.Body)' },
      OutputPath: '$.indexed',
      Next: 'Sealed already?',
    });
    expect(batch['Read the result']?.Parameters?.['Key.$']).toBe(
      `States.Format('${keys.indexed('{}', '{}')}', $.request.dataset, $.snapshotId)`,
    );
    const [variable] = batch['Index in a container']?.Parameters?.ContainerOverrides.Environment ?? [];
    expect(variable.Name).toBe(ENV.job);
    const request = AssembleRequest.parse({ dataset: 'd', trigger: 'manual', train: { epochs: 3 } });
    const rendered = formatted(variable['Value.$'], [JSON.stringify(request), 'abc']);
    expect(IndexJob.parse(JSON.parse(rendered))).toEqual({ request, snapshotId: 'abc' });
  });

  test('without containers it is refused in words', () => {
    expect(States['Too large for a function?']).toMatchObject({
      Choices: [{ Variable: '$.tooLarge', BooleanEquals: true, Next: 'Too large to index' }],
    });
    expect(States['Too large to index']).toMatchObject({
      Type: 'Fail',
      Cause: expect.stringContaining(`more than ${LIMITS.indexItems} items`),
    });
  });

  test('starts a training only behind the gate, by the name that makes a repeat harmless', () => {
    expect(States['Gate passed?']).toMatchObject({
      Choices: [{ Variable: '$.gate.outcome', StringEquals: 'passed', Next: 'Start training' }],
      Default: 'Assembled',
    });
    expect(States['Start training']).toMatchObject({
      ResultPath: null,
      Parameters: { 'Name.$': '$.executionName', 'Input.$': '$.job' },
      Catch: [{ ResultPath: null, Next: 'Assembled' }],
    });
    expect(States['Start training']?.Resource).toMatch(/states:startExecution$/);
  });
});

describe('train', () => {
  test('hands a worker the token and the job, and waits a day', () => {
    const { States, StartAt } = definition({ compute: 'worker' }, 'Train');
    expect(StartAt).toBe('Train');
    expect(States.Train).toMatchObject({ TimeoutSeconds: 86_400, ResultPath: null, Next: 'Promote' });
    expect(States.Train?.Resource).toMatch(/sqs:sendMessage\.waitForTaskToken$/);
    expect(States.Train?.Parameters?.MessageBody).toEqual({ 'taskToken.$': '$$.Task.Token', 'job.$': '$' });
    expect(States.Train).not.toHaveProperty('HeartbeatSeconds');
  });

  test('hands a Batch job the same job in its environment', () => {
    const { States } = definition({}, 'Train');
    expect(States.Train?.Resource).toMatch(/batch:submitJob\.sync$/);
    expect(States.Train?.Parameters?.ContainerOverrides.Environment).toEqual([
      { Name: ENV.job, 'Value.$': 'States.JsonToString($.job)' },
    ]);
    expect(States.Train).toMatchObject({ ResultPath: null, Next: 'The job again' });
    expect(States['The job again']).toMatchObject({ Type: 'Pass', InputPath: '$.job', Next: 'Promote' });
  });

  test('builds the image first where nobody has', () => {
    const { States, StartAt } = definition({}, 'Train');
    expect(StartAt).toBe('Find the image');
    expect(States['Find the image']).toMatchObject({
      Next: 'Count its hosts',
      Catch: [{ ErrorEquals: ['Ecr.ImageNotFoundException'], Next: 'Build the image', ResultPath: null }],
    });
    expect(States['Build the image']).toMatchObject({ Next: 'Count its hosts', ResultPath: null });
    expect(definition({ trainerImage: 'registry.example/trainer:1' }, 'Train').StartAt).toBe('Count its hosts');
  });

  const RECLAIMED = '{"StatusReason":"Host EC2 (instance i-1) terminated.","Status":"FAILED"}';
  const STOPPED = '{"Attempts":[{"Container":{"ExitCode":143,"LogStreamName":"x"}}],"Status":"FAILED"}';
  const WRONG = '{"Attempts":[{"Container":{"ExitCode":64,"LogStreamName":"x"}}],"Status":"FAILED"}';
  test.each([
    ['no host is taken back', {}, [], ['Train', 'The job again']],
    ['a host is taken back', {}, [RECLAIMED], ['Train', 'Train', 'The job again']],
    ['its trainer was stopped in time', {}, [STOPPED], ['Train', 'Train', 'The job again']],
    [
      'three hosts are taken back, and a fourth on demand fails',
      {},
      [RECLAIMED, STOPPED, RECLAIMED, RECLAIMED],
      ['Train', 'Train', 'Train', 'Train on demand', 'Train on demand', 'The job again'],
    ],
    ['spot is never wanted', { onDemandAfter: '0' }, [], ['Train on demand', 'The job again']],
    ['the program failed', {}, [WRONG], ['Train', 'Trainer failed']],
    ['the program failed on the second host', {}, [RECLAIMED, WRONG], ['Train', 'Train', 'Trainer failed']],
  ])('where %s', (_, options, failures, passed) => {
    expect(follow(definition(options as Record<string, string>, 'Train').States, [...failures])).toEqual(passed);
  });

  test('fails with the reason when the run failed or was stopped, and succeeds otherwise', () => {
    const { States } = definition({ compute: 'worker' }, 'Train');
    expect(States.Promote?.Parameters?.Payload).toEqual({ 'dataset.$': '$.dataset', 'runId.$': '$.runId' });
    expect(States['Training outcome?']).toMatchObject({
      Choices: [
        { StringEquals: 'failed', Next: 'Training failed' },
        { StringEquals: 'stopped', Next: 'Training stopped' },
      ],
      Default: 'Done',
    });
    expect(States['Training failed']).toMatchObject({
      Type: 'Fail',
      Error: 'TrainingFailed',
      CausePath: expect.stringContaining('$.reason'),
    });
  });
});

/** Tasks and ends that a run passes from its first to its last host; each failure is the cause that Batch gives for one task. */
function follow(States: Record<string, State>, failures: string[]): string[] {
  const passed: string[] = [];
  let reclaims = 0;
  for (let name = 'Count its hosts'; ; ) {
    const state = States[name] as State;
    if (state.Type === 'Task' || state.Type === 'Fail' || name === 'The job again') passed.push(name);
    if (state.Type === 'Fail' || name === 'The job again') return passed;
    const failure = state.Type === 'Task' ? failures.shift() : undefined;
    if (name === 'One host more') reclaims++;
    if (failure !== undefined) {
      const { Catch = [] } = state;
      expect(Catch).toMatchObject([{ ErrorEquals: ['States.TaskFailed'], ResultPath: '$.failure' }]);
      name = choose(States[Catch[0]?.Next as string] as State, { '$.failure.Cause': failure });
    } else if (state.Type === 'Choice') name = choose(state, { '$.reclaims': reclaims });
    else name = state.Next as string;
  }
}

type Rule = {
  readonly Variable: string;
  readonly StringMatches?: string;
  readonly NumericLessThan?: number;
  readonly Or?: readonly Rule[];
  readonly Next: string;
};

/** The name of the next state; a pattern's `*` stands for any text. */
function choose(state: State, data: Readonly<Record<string, string | number>>): string {
  const holds = ({ Variable, StringMatches, NumericLessThan, Or }: Rule): boolean => {
    if (Or) return Or.some(holds);
    const value = data[Variable];
    if (NumericLessThan !== undefined) return (value as number) < NumericLessThan;
    const parts = (StringMatches as string).split('*').map((part) => part.replace(/[^\w ]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(value as string);
  };
  const rule = (state.Choices as readonly Rule[]).find(holds);
  return rule?.Next ?? (state.Default as string);
}

function definitions(options: Record<string, string>): [string, Definition][] {
  return ofType(synth(options), 'AWS::StepFunctions::StateMachine').map(([id, { Properties }]) => [
    id,
    JSON.parse(rendered(Properties.DefinitionString)) as Definition,
  ]);
}

function definition(options: Record<string, string>, machine: 'Assemble' | 'Train'): Definition {
  const found = definitions(options).find(([id]) => id.startsWith(machine));
  if (!found) throw new Error(`no machine ${machine}`);
  return found[1];
}

function allStates(states: Record<string, State>): [string, State][] {
  return Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.ItemProcessor ? allStates(state.ItemProcessor.States) : []),
  ]);
}

/** As Step Functions formats: `{}` is an argument, and a backslash lets the next sign stand for itself. */
function formatted(expression: string, values: readonly string[]): string {
  const [, template = ''] =
    /^States\.Format\('(.*)', States\.JsonToString\(\$\.request\), \$\.snapshotId\)$/.exec(expression) ?? [];
  let place = 0;
  return template.replaceAll(/\\(.)|\{\}/g, (_, literal: string | undefined) => literal ?? (values[place++] as string));
}

/** References become names that a definition may hold. */
function rendered(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    Ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
  } = value as {
    Ref?: string;
    'Fn::GetAtt'?: string[];
    'Fn::Join'?: [string, unknown[]];
  };
  if (join) return join[1].map(rendered).join(join[0]);
  return Ref === 'AWS::Partition' ? 'aws' : (Ref ?? attribute?.join('-') ?? '');
}
