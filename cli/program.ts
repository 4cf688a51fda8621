// The command line: every verb with its arguments, options and help.
import { Command } from 'commander';
import * as answers from '#client/answers.ts';
import { printDatasets, printStatus, status, statusOfAll } from '#client/datasets/status.ts';
import { draw, printDrawn } from '#client/drawing/draw.ts';
import { EXIT } from '#client/failure.ts';
import { listRuns, printRuns, resumeRun, showRun, stopRun } from '#client/training/runs.ts';
import { sqsJobQueue, stepFunctionAnswers } from '#client/training/worker/job-queue.ts';
import { work } from '#client/training/worker/work.ts';
import { printPut, put } from '#client/upload/put.ts';
import { globals, number, wholeNumber } from './arguments.ts';
import { addFitVerb, runVerbParts } from './fit-verb.ts';
import { startTrainer } from './local/trainer-process.ts';
import { addModelVerbs } from './model-verbs.ts';
import { addQualityVerbs } from './quality-verbs.ts';
import { runMachineVerb, runVerb } from './run-verb.ts';

const SHOWN = 20;
const STALL_SECONDS = 600;
const HIDDEN_SECONDS = 120;

/** Throws CommanderError instead of leaving the process. */
export function buildProgram(version: string): Command {
  const program = new Command('goldpan')
    .description('Sifts raw data and makes a generative model of what is left.')
    .version(version)
    .option('--endpoint <url>', 'cloud to speak to; else AWS_ENDPOINT_URL, .goldpan/target.json, the AWS profile')
    .option('--stack <name>', 'the stack, where it was deployed with -c stage=...: goldpan-<stage>')
    .option('--json', 'print one JSON document on stdout')
    .exitOverride()
    .showHelpAfterError('(goldpan --help lists the verbs)');
  addDataVerbs(program);
  addQualityVerbs(program);
  addTrainingVerbs(program);
  addModelVerbs(program);
  addDrawingVerbs(program);
  addMachineVerbs(program);
  return program;
}

function addDataVerbs(program: Command): void {
  program
    .command('put')
    .description('upload files and folders and follow them to their verdicts')
    .argument('<path...>', 'files are dropped as they are, folders as one archive each')
    .requiredOption('-d, --dataset <name>', 'dataset to drop into')
    .option('--config <file>', 'a dataset.yaml; else one in the folder, else inferred for a new dataset')
    .option('--strict', 'exit 1 when anything was rejected')
    .option('--show <n>', 'rejected items to name', wholeNumber, SHOWN)
    .option('--timeout <seconds>', 'give up after so long without any new verdict', wholeNumber, STALL_SECONDS)
    .addHelpText('after', '\nExample: goldpan put photos/ --dataset birds')
    .action((paths: string[], options, command: Command) =>
      runVerb(globals(command), {
        schema: answers.PutAnswer,
        run: (context) => put(context, paths, { ...options, timeoutMs: options.timeout * 1000 }),
        print: printPut,
        exitCode: (answer) => (options.strict && answer.put.items.rejected > 0 ? EXIT.failed : EXIT.ok),
      }),
    );
  program
    .command('status')
    .description('what counts, what was refused and why, and what became of it')
    .argument('[dataset]', 'without one: every dataset')
    .option('--show <n>', 'rejected items to name', wholeNumber, SHOWN)
    .action((dataset: string | undefined, options, command: Command) =>
      dataset === undefined
        ? runVerb(globals(command), {
            schema: answers.DatasetsAnswer,
            run: (context) => statusOfAll(context, options),
            print: printDatasets,
          })
        : runVerb(globals(command), {
            schema: answers.StatusAnswer,
            run: (context) => status(context, dataset, options),
            print: printStatus,
          }),
    );
}

function addTrainingVerbs(program: Command): void {
  addFitVerb(program);
  const runs = program.command('runs').description('list, show, resume or stop trainings');
  runs
    .command('list')
    .argument('<dataset>')
    .action((dataset: string, _options, command: Command) =>
      runVerb(globals(command), {
        schema: answers.RunsAnswer,
        run: (context) => listRuns(context, dataset),
        print: printRuns,
      }),
    );
  runs
    .command('show')
    .argument('<dataset>')
    .argument('<runId>')
    .option('--follow', 'until it ends')
    .option('--page <file>', 'write its page there: losses, norms, pictures of each epoch')
    .action((dataset: string, runId: string, { follow = false, page }, command: Command) =>
      runVerb(globals(command), {
        ...runVerbParts,
        run: (context) => showRun(context, dataset, runId, { follow, page }),
      }),
    );
  runs
    .command('resume')
    .description('go on with a run that failed or was stopped, from its newest checkpoint')
    .argument('<dataset>')
    .argument('<runId>')
    .option('--no-wait', 'return once it has started')
    .action((dataset: string, runId: string, { wait }, command: Command) =>
      runVerb(globals(command), { ...runVerbParts, run: (context) => resumeRun(context, dataset, runId, { wait }) }),
    );
  runs
    .command('stop')
    .description('ask a run to write a checkpoint and stop')
    .argument('<dataset>')
    .argument('<runId>')
    .action((dataset: string, runId: string, _options, command: Command) =>
      runVerb(globals(command), {
        schema: answers.StopAnswer,
        run: (context) => stopRun(context, dataset, runId),
        print: () => `Run ${runId} was asked to stop. Later: goldpan runs resume ${dataset} ${runId}`,
      }),
    );
}

function addDrawingVerbs(program: Command): void {
  // What a number may be is the endpoint's word: one place decides, and its problem is what people see.
  program
    .command('sample')
    .description('draw new items')
    .argument('<dataset>')
    .option('-n <count>', 'how many', number, 16)
    .option('--seed <n>', 'the same seed draws the same', number)
    .option('--temperature <t>', 'below 1 more typical, above 1 more varied', number)
    .option('--label <label>', 'one class of the dataset')
    .option('--prior <prior>', 'normal, or mixture: where the training data lies (the default where there is one)')
    .option('--model <modelId>', 'else the one that serves')
    .option('-o, --out <path>', '.png (a grid), .npy, .json, .zip; a folder: one PNG each', 'samples.png')
    .action((dataset: string, { n, out, ...request }, command: Command) =>
      runVerb(globals(command), {
        schema: answers.SampleAnswer,
        run: (context) => draw(context, dataset, 'sample', { out, count: n, request: { n, ...request } }),
        print: printDrawn,
      }),
    );
  program
    .command('interpolate')
    .description('draw the way from one item to another')
    .argument('<dataset>')
    .option('--steps <n>', 'pictures a row, ends included', number, 10)
    .option('--rows <n>', 'pairs of items', number, 8)
    .option('--seed <n>', 'the same seed draws the same', number)
    .option('--model <modelId>', 'else the one that serves')
    .option('-o, --out <path>', '.png (a grid), .npy, .json, .zip; a folder: one PNG each', 'interpolation.png')
    .action((dataset: string, { steps, rows, seed, model, out }, command: Command) => {
      const request = { steps, rows, seed, model };
      return runVerb(globals(command), {
        schema: answers.SampleAnswer,
        run: (context) => draw(context, dataset, 'interpolate', { out, count: steps * rows, request }),
        print: printDrawn,
      });
    });
}

function addMachineVerbs(program: Command): void {
  program
    .command('worker')
    .description('pull training jobs and run them on this machine, until stopped')
    .option('--once', 'stop after one job')
    .option('--idle-exit <seconds>', 'stop after so long without a job', wholeNumber)
    .option('--hidden <seconds>', 'how soon another worker takes over when this one dies', wholeNumber, HIDDEN_SECONDS)
    .action(({ once = false, idleExit, hidden }, command: Command) =>
      runVerb(globals(command), {
        schema: answers.WorkerAnswer,
        run: ({ cloud, terminal, clock }) => {
          const stop = new AbortController();
          for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
          terminal.say('Waiting for training jobs. Ctrl-C stops; a run in progress is handed on at its checkpoint.');
          return work(
            {
              data: cloud.data,
              queue: sqsJobQueue(cloud.trainingQueueUrl),
              answers: stepFunctionAnswers(),
              startTrainer: (job) => startTrainer(job, cloud.data.bucket),
              terminal,
              clock,
              stopping: stop.signal,
            },
            { once, hiddenSeconds: hidden, idleExitMs: idleExit === undefined ? undefined : idleExit * 1000 },
          );
        },
        print: ({ jobs }) =>
          jobs.length === 0 ? 'No job was done.' : jobs.map((job) => `${job.runId} ${job.status}`).join('\n'),
      }),
    );
  const local = program.command('local').description('the whole of goldpan on this machine: emulator, stack, worker');
  for (const [name, words] of [
    ['up', 'start the emulator, deploy the stack, start a worker'],
    ['down', 'stop what `local up` started'],
    ['status', 'what of it is running'],
  ] as const) {
    local
      .command(name)
      .description(words)
      .action((_options, command: Command) =>
        runMachineVerb(globals(command), {
          schema: answers.LocalAnswer,
          run: async (terminal) => (await import('./local/local.ts')).local[name](terminal),
          print: ({ status: up, endpoint, emulator, worker }) =>
            `${up}: emulator ${emulator} at ${endpoint ?? '-'}, worker ${worker}`,
        }),
      );
  }
}
