// goldpan doctor, goldpan redrive
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { EXIT } from '#client/failure.ts';
import { doctor, redrive } from '#client/operation/doctor.ts';
import { DoctorOutput, RedriveOutput } from '#client/operation/output.ts';
import type { QueueName } from '#client/operation/queues.ts';
import { KINDS } from '#core/base/names.ts';
import { printDoctor, printRedrive } from '../../print/operation.ts';
import { runCommand } from '../../run-command.ts';
import { examples } from '../arguments.ts';

const QUEUES: readonly QueueName[] = [
  'undelivered',
  'validate',
  ...KINDS.map((kind): QueueName => `clean-${kind}`),
  'training',
];

export function doctorCommand() {
  return new Command('doctor')
    .description('Finds problems of the deployment and says what to do. Exits with 1 if there is one.')
    .addHelpText('after', examples('goldpan doctor', 'goldpan doctor --json'))
    .action((_options, command) =>
      runCommand(command, {
        schema: DoctorOutput,
        run: doctor,
        print: printDoctor,
        exitCode: ({ problems }) => (problems > 0 ? EXIT.failed : EXIT.ok),
      }),
    );
}

export function redriveCommand() {
  return new Command('redrive')
    .description('Moves the messages of dead-letter queues back, so that they are processed again.')
    .argument('[queue...]', `one or more of ${QUEUES.join(', ')}; default: all`, queueName, [])
    .addHelpText('after', examples('goldpan redrive', 'goldpan redrive clean-image'))
    .action((queues, _options, command) =>
      runCommand(command, {
        schema: RedriveOutput,
        run: (context) => redrive(context, queues),
        print: printRedrive,
      }),
    );
}

function queueName(text: string, earlier: QueueName[]): QueueName[] {
  const found = QUEUES.find((name) => name === text);
  if (found === undefined)
    throw new InvalidArgumentError(`There is no queue ${JSON.stringify(text)}. Use ${QUEUES.join(', ')}.`);
  return [...earlier, found];
}
