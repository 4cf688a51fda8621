import { expect, test } from 'vitest';
import { AWS_STAGE, testTarget } from '../../local/target.ts';
import { mostCosts, planLines, readArguments } from '../../run/aws-plan.ts';

const GIVEN = ['--profile', 'sandbox', '--region', 'eu-central-1'];

test('a run needs a profile and a region, and each has a stage of its own', () => {
  const [a, b] = [readArguments([...GIVEN, '--dry-run']), readArguments(GIVEN)];
  expect(a).toMatchObject({ profile: 'sandbox', region: 'eu-central-1', dryRun: true, yes: false });
  // The pattern of infra/options.ts.
  expect(a?.stage).toMatch(/^[a-z][a-z0-9-]{0,19}$/);
  expect(a?.stage).not.toBe(b?.stage);
  for (const wrong of [
    [],
    GIVEN.slice(0, 2),
    GIVEN.slice(2),
    [...GIVEN, '--force'],
    ['--profile', 'a', '--region', 'x'],
  ])
    expect(readArguments(wrong), wrong.join(' ')).toBeUndefined();
});

test('a dry run says the same without a profile and a region', () => {
  const run = readArguments(['--dry-run']);
  if (!run) throw new Error('these are arguments');
  expect(run).toMatchObject({ dryRun: true, yes: false });
  const text = planLines(run, ['a.test.ts']).join('\n');
  expect(text).toContain('that of the profile NAME, region REGION');
  expect(text).toContain(`at most $${mostCosts().sum.toFixed(2)}`);
  for (const wrong of [['--dry-run', '--region', 'x'], ['--dry-run', '--profile'], ['--yes']])
    expect(readArguments(wrong), wrong.join(' ')).toBeUndefined();
});

test('what is created, tested, deleted, what stays and what it costs is said', () => {
  const run = readArguments(GIVEN);
  if (!run) throw new Error('these are arguments');
  const text = planLines(run, ['a.test.ts', 'b.test.ts']).join('\n');
  for (const said of [`goldpan-${run.stage}`, 'sandbox', 'eu-central-1', '2 files', 'CDKToolkit', 'removal=destroy'])
    expect(text).toContain(said);
  expect(text).toContain(`at most $${mostCosts().sum.toFixed(2)}`);
  expect(mostCosts().sum).toBeGreaterThan(0.01);
  expect(mostCosts().sum).toBeLessThan(1);
});

test('the tests run on the emulator that is named, else in the account of the run, else not at all', () => {
  const endpoint = 'http://127.0.0.1:4566';
  const account = { AWS_PROFILE: 'sandbox', AWS_REGION: 'eu-central-1', [AWS_STAGE]: 'test-1' };
  expect(testTarget({ AWS_ENDPOINT_URL: endpoint })).toMatchObject({ stage: 'test', endpoint });
  expect(testTarget(account)).toEqual({
    stage: 'test-1',
    endpoint: undefined,
    environment: { AWS_PROFILE: 'sandbox', AWS_REGION: 'eu-central-1' },
  });
  expect(() => testTarget({ AWS_PROFILE: 'sandbox', AWS_REGION: 'eu-central-1' })).toThrow('AWS_ENDPOINT_URL');
});
