// goldpan worker: runs training jobs on this machine.
import { Command } from '@commander-js/extra-typings';
import { sqsJobQueue, stepFunctionCallbacks } from '#client/training/worker/job-queue.ts';
import { WorkerOutput } from '#client/training/worker/output.ts';
import { runWorker } from '#client/training/worker/work.ts';
import { deviceFor, findGpu } from '../../local/gpu.ts';
import { checkTrainer, startIndexer, startTrainer } from '../../local/job-process.ts';
import { workerSentence } from '../../print/worker.ts';
import { runCommand } from '../../run-command.ts';
import { examples, wholeNumber } from '../arguments.ts';

const HIDDEN_SECONDS = 120;

export function workerCommand() {
  return new Command('worker')
    .description(
      'Takes jobs from the queue and runs them on this machine, until stopped: trainings, and the indexing of large datasets.',
    )
    .option('--once', 'stop after one job')
    .option('--idle-exit <seconds>', 'stop after this long without a job', wholeNumber)
    .option(
      '--hidden <seconds>',
      'time until another worker takes over when this one dies',
      wholeNumber,
      HIDDEN_SECONDS,
    )
    .option('--trainer <program>', 'start this program for each training, such as a script that runs the trainer image')
    .option('--no-spark', 'index large datasets in one process, even where Spark is set up')
    .addHelpText('after', examples('goldpan worker', 'goldpan worker --once --idle-exit 600'))
    .action(({ once = false, idleExit, hidden, trainer: program, spark }, command) =>
      runCommand(command, {
        schema: WorkerOutput,
        check: () => checkTrainer(program),
        run: ({ deployment, clock }, terminal) => {
          const stop = new AbortController();
          for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
          const device = deviceFor(findGpu());
          terminal.say(program === undefined ? device.words : `Each training is given to ${program}.`);
          const start = { program, variables: program === undefined ? device.variables : {} };
          terminal.say('Waiting for jobs. Ctrl-C stops; a running training writes a checkpoint for the next worker.');
          const deps = {
            data: deployment.data,
            queue: sqsJobQueue(deployment.trainingQueueUrl),
            callbacks: stepFunctionCallbacks(),
            startTrainer: (job: Parameters<typeof startTrainer>[0]) => startTrainer(job, deployment.data.bucket, start),
            startIndexer: (job: Parameters<typeof startIndexer>[0]) =>
              startIndexer(job, { data: deployment.data.bucket, drop: deployment.drop.bucket, spark }),
            notify: (event: Parameters<typeof workerSentence>[0]) => terminal.say(workerSentence(event)),
            clock,
            stopping: stop.signal,
          };
          const idleExitMs = idleExit === undefined ? undefined : idleExit * 1000;
          return runWorker(deps, { once, hiddenSeconds: hidden, idleExitMs });
        },
        print: ({ jobs }) =>
          jobs.length === 0 ? 'No job was run.' : jobs.map(({ runId, status }) => `${runId} ${status}`).join('\n'),
      }),
    );
}
