// goldpan destroy
import { Command } from '@commander-js/extra-typings';
import { EXIT } from '#client/failure.ts';
import { destroy } from '#client/operation/destroy.ts';
import { DestroyOutput } from '#client/operation/output.ts';
import { describeDestruction, printDestroyed } from '../../print/destroy.ts';
import { runCommand } from '../../run-command.ts';
import { askYesOrNo } from '../../terminal/ask.ts';
import { plainOutput } from '../../terminal/plain-text.ts';
import { examples } from '../arguments.ts';

export function destroyCommand() {
  return new Command('destroy')
    .description('Deletes the deployment with all datasets and models. First lists what is deleted and what stays.')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('goldpan destroy', 'goldpan destroy --stack goldpan-dev --yes'))
    .action(({ yes = false }, command) =>
      runCommand(command, {
        schema: DestroyOutput,
        run: (context, terminal) =>
          destroy(context, async (planned) => {
            terminal.say(describeDestruction(plainOutput(planned)));
            const next = 'To delete without a question, add --yes.';
            return yes || askYesOrNo(`Delete the stack ${planned.stack} and everything listed?`, { ...process, next });
          }),
        print: printDestroyed,
        exitCode: ({ destroyed }) => (destroyed ? EXIT.ok : EXIT.failed),
      }),
    );
}
