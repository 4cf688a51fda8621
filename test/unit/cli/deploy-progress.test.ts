import { expect, test } from 'vitest';
import { openDeployProgress } from '../../../cli/local/deploy-progress.ts';

/** A deployment: 20 s of preparation, then 95 s of resources. */
function deploy(interactive: boolean) {
  const shown = { said: [] as string[], live: [] as (string | undefined)[] };
  let ms = 0;
  const progress = openDeployProgress(
    { interactive, say: (text) => void shown.said.push(text), live: (text) => void shown.live.push(text) },
    () => ms,
  );
  const wait = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      ms += 1000;
      progress.tick();
    }
  };
  wait(2);
  progress.step('synth');
  progress.step('bootstrap');
  progress.line('CDKToolkit |  3/15 | 2:02:31 PM | CREATE_COMPLETE | AWS::S3::Bucket | StagingBucket');
  wait(20);
  progress.step('deploy');
  progress.line('goldpan: start: Building the package 1/2');
  wait(40);
  progress.line('goldpan |  12/214 | 2:03:07 PM | CREATE_COMPLETE | AWS::SQS::Queue | goldpan/queue');
  wait(55);
  progress.end();
  return shown;
}

test('a log names each step at once, and has a line every 30 seconds with the resources', () => {
  expect(deploy(false).said).toEqual([
    'Preparing the packages of the functions and the bucket for them.',
    'Deploying the stack.',
    'Deploying the stack: 30 s',
    'Deploying the stack: 12 of 214 resources, 1 min 00 s',
    'Deploying the stack: 12 of 214 resources, 1 min 30 s',
  ]);
});

test('a terminal has a line that changes each second, and keeps the names of the steps alone', () => {
  const { said, live } = deploy(true);
  expect(said).toHaveLength(2);
  expect(live.slice(0, 2)).toEqual([
    'Preparing the packages of the functions and the bucket for them: 1.0 s',
    'Preparing the packages of the functions and the bucket for them: 2.0 s',
  ]);
  expect(live).toContain('Deploying the stack: 12 of 214 resources, 41 s');
  expect(live).toHaveLength(116);
  expect(live.at(-1)).toBeUndefined();
});
