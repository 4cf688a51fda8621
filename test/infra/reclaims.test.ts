// What the training machine does when AWS takes a host back: its states are followed by hand.
import { expect, test } from 'vitest';
import { definition, type State } from './definitions.ts';

const RECLAIMED = '{"StatusReason":"Host EC2 (instance i-1) terminated.","Status":"FAILED"}';
const STOPPED = '{"Attempts":[{"Container":{"ExitCode":143,"LogStreamName":"x"}}],"Status":"FAILED"}';
const WAITED =
  '{"StatusReason":"Canceled by JobStateTimeLimit action due to reason: CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY","Status":"FAILED"}';
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
  ['there is no spot host', {}, [WAITED], ['Train', 'Train on demand', 'The job again']],
  ['there is no spot host after one', {}, [RECLAIMED, WAITED], ['Train', 'Train', 'Train on demand', 'The job again']],
  ['there is no host at all', {}, [WAITED, WAITED], ['Train', 'Train on demand', 'No host']],
  ['the program failed', {}, [WRONG], ['Train', 'Trainer failed']],
  ['the program failed on the second host', {}, [RECLAIMED, WRONG], ['Train', 'Train', 'Trainer failed']],
])('where %s', (_, options, failures, passed) => {
  expect(follow(definition(options as Record<string, string>, 'Train').States, [...failures])).toEqual(passed);
});

test.each([
  [{}, /g4dn, g5, g6.*"All G and VT Spot Instance Requests" and "Running On-Demand G and VT instances"/],
  [{ gpuFamilies: 'p5' }, /p5.*"All P5 Spot Instance Requests" and "Running On-Demand P instances"/],
  [{ gpu: 'false' }, /CPU.*"All Standard \(A, C, D, H, I, M, R, T, Z\) Spot Instance Requests"/],
])('where there is no host, the execution names the quotas: %j', (options, words) => {
  expect(definition(options as Record<string, string>, 'Train').States['No host']).toMatchObject({
    Error: 'NoTrainingHost',
    Cause: expect.stringMatching(words),
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
    if (name === 'No spot host') reclaims = (state.Parameters as { reclaims: number }).reclaims;
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
