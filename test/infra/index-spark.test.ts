// The way of a snapshot that Spark decides about, in the state machine.
import { expect, test } from 'vitest';
import { keys } from '#core/store/keys.ts';
import { definition, type State } from './definitions.ts';

test('what is too large for a function goes to Spark where it can, whose report takes the place of the answer', () => {
  const { States: batch } = definition({}, 'Assemble');
  const choices = batch['Too large for a function?']?.Choices as { readonly Next: string }[] | undefined;
  expect(choices?.[0]).toEqual({
    And: [
      { Variable: '$.tooLarge', BooleanEquals: true },
      { Variable: '$.forSpark', BooleanEquals: true },
    ],
    Next: 'Plan the batches',
  });
  expect(batch['Plan the batches']).toMatchObject({ OutputPath: '$.Payload', Next: 'Gather features' });
  expect(batch['Gather features']).toMatchObject({ Type: 'Map', ResultPath: null, Next: 'Decide by Spark' });
  expect(batch['Gather features']).toMatchObject({
    ItemReader: {
      Parameters: { 'Key.$': `States.Format('${keys.gatherList('{}', '{}')}', $.request.dataset, $.snapshotId)` },
    },
  });
  const decide = batch['Decide by Spark'] as State;
  expect(decide).toMatchObject({ ResultPath: null, TimeoutSeconds: 43_200, Next: 'Report the snapshot' });
  expect(decide.Resource).toMatch(/:states:::emr-serverless:startJobRun\.sync$/);
  expect(decide.Parameters?.['Name.$']).toBe('$.snapshotId');
  const submit = decide.Parameters?.JobDriver.SparkSubmit;
  expect(submit['EntryPointArguments.$']).toBe("States.Array('-', $.settings)");
  expect(submit.EntryPoint).toMatch(/^s3:.*\.py$/);
  expect(submit.SparkSubmitParameters).toMatch(/^--archives s3:\/\/\S+#kernel --conf /);
  expect(batch['Report the snapshot']).toMatchObject({ OutputPath: '$.Payload', Next: 'Photos to align?' });
  for (const name of ['Plan the batches', 'Report the snapshot'])
    expect(batch[name]?.Parameters?.Payload).toEqual({ 'request.$': '$.request', 'snapshotId.$': '$.snapshotId' });
  const off = definition({ spark: 'false' }, 'Assemble').States;
  expect(off['Too large for a function?']?.Choices).toHaveLength(1);
  expect(off).not.toHaveProperty('Decide by Spark');
});
