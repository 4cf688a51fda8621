// goldpan local up | down | status
import { Command } from '@commander-js/extra-typings';
import { fromCheckout } from '../../local/from-checkout.ts';
import { LocalOutput } from '../../local/local-output.ts';
import { runLocally } from '../../run-command.ts';
import { examples } from '../arguments.ts';

const SUBCOMMANDS = {
  up: 'Starts the emulator, deploys the stack and starts a worker. GOLDPAN_PORT sets the port (4566).',
  down: 'Stops what `goldpan local up` started.',
  status: 'Shows what is running.',
} as const;

export function localCommand() {
  const command = new Command('local')
    .description('Runs goldpan on this machine: emulator, stack and worker.')
    .addHelpText('after', examples('goldpan local up'));
  for (const name of ['up', 'down', 'status'] as const) command.addCommand(subcommand(name));
  return command;
}

function subcommand(name: keyof typeof SUBCOMMANDS) {
  return new Command(name)
    .description(SUBCOMMANDS[name])
    .addHelpText('after', examples(`goldpan local ${name}`))
    .action((_options, command) =>
      runLocally(command, {
        schema: LocalOutput,
        run: async (terminal) => (await fromCheckout(() => import('../../local/local.ts'))).local[name](terminal),
        print: ({ status, endpoint, emulator, worker }) =>
          `${status}: emulator ${emulator} at ${endpoint ?? '-'}, worker ${worker}`,
      }),
    );
}
