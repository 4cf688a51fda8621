// The three state machines: valid, patient with the platform, and ended as their messages say.
import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { FAILURE } from '#core/base/errors.ts';
import { ENV } from '#core/base/names.ts';
import { AlignRequest, AssembleRequest, IndexJob } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import { definition, definitions, type State } from './definitions.ts';
import { OPTION_SETS, ofType, synth } from './synth.ts';

const SERVICE_ERRORS = [
  'StepFunctions.ExecutionAlreadyExistsException',
  'ExecutionAlreadyExists',
  'Ecr.ImageNotFoundException',
];

/** Most options leave most machines as they are, and validating one takes a second. */
const seen = new Map<string, string>();

function faultsOf(given: ReturnType<typeof definition>): string {
  const text = JSON.stringify(given);
  const known = seen.get(text);
  if (known !== undefined) return known;
  const { isValid, errorsText } = validate(given, { checkPaths: true, checkArn: false });
  const faults = isValid ? '' : errorsText('; ');
  seen.set(text, faults);
  return faults;
}

describe.each(Object.entries(OPTION_SETS))('with %s', (_, options) => {
  const machines = definitions(options);

  test('all definitions are valid states language', () => {
    expect(machines).toHaveLength(3);
    for (const [id, definition] of machines) {
      expect(faultsOf(definition), id).toBe('');
    }
  });

  test('all are standard, logged in full and traced', () => {
    for (const [, { Properties }] of ofType(synth(options), 'AWS::StepFunctions::StateMachine')) {
      expect(Properties).toMatchObject({
        StateMachineType: 'STANDARD',
        LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
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
      (name) => !/^(States|Lambda|Sandbox|StepFunctions|SQS|Batch|CodeBuild|Ecr|S3|EMRServerless)\./.test(name),
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
    expect(States.Index?.Next).toBe('Photos to align?');
    expect(States['Photos to align?']).toMatchObject({ Default: 'Too large for a function?' });
    expect(States['Too large for a function?']).toMatchObject({ Default: 'Shards to write?' });
    expect(States['Shards to write?']).toMatchObject({
      Choices: [
        { Variable: '$.sealed', BooleanEquals: true, Next: 'Seal' },
        { Variable: '$.shards', NumericEquals: 0, Next: 'Seal' },
      ],
      Default: 'Write shards',
    });
    expect(States['Write shards']).toMatchObject({
      Type: 'Map',
      MaxConcurrency: 10,
      ResultPath: null,
      Next: 'Seal',
      Catch: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], ResultPath: null, Next: 'Seal' }],
    });
    expect(States.Seal?.Parameters?.Payload).toEqual({ 'request.$': '$.request', 'snapshotId.$': '$.snapshotId' });
  });

  test('reads the list of shards from S3 and leaves the results there, so that their number has no limit', () => {
    const shards = States['Write shards'] as State;
    expect(shards).not.toHaveProperty('ItemsPath');
    // LocalStack knows no batcher.
    expect(shards).not.toHaveProperty('ItemBatcher');
    expect(shards.ItemProcessor).toMatchObject({
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    });
    expect(shards.ItemReader).toMatchObject({
      Resource: expect.stringMatching(/:states:::s3:getObject$/),
      ReaderConfig: { InputType: 'JSON' },
      Parameters: {
        'Key.$': `States.Format('${keys.shardList('{}', '{}')}', $.request.dataset, $.snapshotId)`,
      },
    });
    expect(shards.ResultWriter).toMatchObject({
      Resource: expect.stringMatching(/:states:::s3:putObject$/),
      Parameters: {
        'Prefix.$': `States.Format('${keys.mapResults('{}', '{}')}', $$.Execution.Input.dataset, $$.Execution.Name)`,
      },
    });
    expect(definition({ compute: 'worker', shardConcurrency: '200' }, 'Assemble').States['Write shards']).toMatchObject(
      { MaxConcurrency: 200 },
    );
  });

  test('photos are aligned in units by a template, and then the index runs again with the same request', () => {
    expect(States['Photos to align?']).toMatchObject({
      Choices: [{ Variable: '$.toAlign', BooleanEquals: true, Next: 'Fit the template' }],
    });
    expect(States['Fit the template']).toMatchObject({ ResultPath: null, Next: 'Align photos' });
    const payload = States['Fit the template']?.Parameters?.Payload;
    expect(payload).toEqual({ 'dataset.$': '$.request.dataset', 'snapshotId.$': '$.snapshotId' });
    expect(AlignRequest.parse({ dataset: 'd', snapshotId: 'abc' }).unit).toBeNull();
    expect(States['Align photos']).toMatchObject({
      Type: 'Map',
      ItemsPath: '$.align',
      MaxConcurrency: 10,
      ResultPath: null,
      Next: 'Photos are aligned',
    });
    expect(States['Photos are aligned']).toMatchObject({ Type: 'Pass', OutputPath: '$.request', Next: 'Index' });
  });

  test("what Spark cannot decide about goes to a container, whose answer takes the place of the function's", () => {
    const { States: batch } = definition({}, 'Assemble');
    expect(batch['Too large for a function?']).toMatchObject({
      Choices: [{ Next: 'Plan the batches' }, { Variable: '$.tooLarge', BooleanEquals: true, Next: 'Find the image' }],
      Default: 'Shards to write?',
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
      Next: 'Photos to align?',
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

  test('without containers it goes to a worker, with the token that its answer is given back with', () => {
    expect(States['Too large for a function?']).toMatchObject({
      Choices: [{ Variable: '$.tooLarge', BooleanEquals: true, Next: 'Index by a worker' }],
    });
    const task = States['Index by a worker'] as State;
    expect(task).toMatchObject({ TimeoutSeconds: 43_200, Next: 'Photos to align?' });
    expect(task).not.toHaveProperty('ResultPath');
    expect(task.Resource).toMatch(/sqs:sendMessage\.waitForTaskToken$/);
    expect(task.Parameters?.MessageBody).toEqual({
      'taskToken.$': '$$.Task.Token',
      index: { 'request.$': '$.request', 'snapshotId.$': '$.snapshotId' },
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

describe('draw', () => {
  const { States, StartAt } = definition({ compute: 'worker' }, 'Serving');

  test('goes from the plan over all shards to the manifest', () => {
    expect(StartAt).toBe('Plan export');
    expect(States['Plan export']).toMatchObject({ Next: 'Draw shards' });
    expect(States['Plan export']?.Parameters?.Payload).toEqual({ step: 'plan', 'request.$': '$.request' });
    expect(States['Draw shards']).toMatchObject({ Type: 'Map', MaxConcurrency: 10, Next: 'Finish export' });
    expect(States['Draw shards']?.ItemReader).toMatchObject({
      Parameters: { 'Key.$': `States.Format('${keys.exportShards('{}', '{}')}', $.dataset, $.exportId)` },
    });
    expect(States['Finish export']).toMatchObject({ Next: 'Drawn' });
    expect(States['Finish export']?.Parameters?.Payload).toEqual({
      ...{ step: 'finish', 'dataset.$': '$.dataset', 'exportId.$': '$.exportId' },
    });
  });
});
