// goldpan runs list | show | resume | stop
import { Command } from '@commander-js/extra-typings';
import { RunsOutput, StopOutput } from '#client/training/output.ts';
import { listRuns, newestRunId, resumeRun, showRun, stopRun } from '#client/training/runs.ts';
import { openInBrowser } from '../../local/open-in-browser.ts';
import { pagePath } from '../../local/pages.ts';
import { printRuns } from '../../print/models/runs.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';
import { printedRun } from './printed-run.ts';

const RUN = 'id of the run';

export function runsCommand() {
  return new Command('runs')
    .description('Lists, shows, resumes or stops training runs.')
    .addHelpText('after', examples('goldpan runs list birds'))
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(resumeCommand())
    .addCommand(stopCommand());
}

function listCommand() {
  return new Command('list')
    .description('Lists the runs of a dataset, newest first.')
    .argument('<dataset>', DATASET)
    .addHelpText('after', examples('goldpan runs list birds'))
    .action((dataset, _options, command) =>
      runCommand(command, { schema: RunsOutput, run: (context) => listRuns(context, dataset), print: printRuns }),
    );
}

function showCommand() {
  return new Command('show')
    .description('Shows one run: its status, its losses, its metrics and its model.')
    .argument('<dataset>', DATASET)
    .argument('[runId]', `${RUN}; default: the newest one`)
    .option('--follow', 'wait until it ends')
    .option(
      '--page [file]',
      'write its page: losses, norms, pictures of each epoch; default: .goldpan/pages/<runId>.html',
    )
    .option('--open', 'write the page and open it in the browser')
    .addHelpText('after', examples('goldpan runs show birds', 'goldpan runs show birds vae-1f3a --follow'))
    .action((dataset, wanted, { follow = false, page, open = false }, command) =>
      runCommand(command, {
        ...printedRun,
        run: async (context, terminal) => {
          const runId = wanted ?? (await newestRunId(context, dataset));
          const file = typeof page === 'string' ? page : page || open ? pagePath(`${runId}.html`) : undefined;
          const output = await showRun(context, dataset, runId, { follow, page: file });
          if (file !== undefined) terminal.say(`The page: ${file}`);
          if (file !== undefined && open) openInBrowser(file, terminal);
          return output;
        },
      }),
    );
}

function resumeCommand() {
  return new Command('resume')
    .description('Resumes a failed or stopped run from its newest checkpoint.')
    .argument('<dataset>', DATASET)
    .argument('<runId>', RUN)
    .option('--no-wait', 'return once it has started')
    .addHelpText('after', examples('goldpan runs resume birds vae-1f3a'))
    .action((dataset, runId, { wait }, command) =>
      runCommand(command, { ...printedRun, run: (context) => resumeRun(context, dataset, runId, { wait }) }),
    );
}

function stopCommand() {
  return new Command('stop')
    .description('Asks a run to write a checkpoint and stop.')
    .argument('<dataset>', DATASET)
    .argument('<runId>', RUN)
    .addHelpText('after', examples('goldpan runs stop birds vae-1f3a'))
    .action((dataset, runId, _options, command) =>
      runCommand(command, {
        schema: StopOutput,
        run: (context) => stopRun(context, dataset, runId),
        print: (output) =>
          `Run ${output.runId} was asked to stop. Resume it later: goldpan runs resume ${output.dataset} ${output.runId}`,
      }),
    );
}
