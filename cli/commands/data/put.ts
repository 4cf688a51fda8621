// goldpan put: uploads files and folders and waits for their verdicts.
import { Command } from '@commander-js/extra-typings';
import { EXIT } from '#client/failure.ts';
import { PutOutput } from '#client/upload/output.ts';
import { checkPut, put } from '#client/upload/put.ts';
import { printPut } from '../../print/data/put.ts';
import { uploadLog } from '../../print/data/upload-log.ts';
import { runCommand } from '../../run-command.ts';
import { sayOnInterrupt } from '../../terminal/interrupt.ts';
import { examples, SHOWN, STALL_SECONDS, TIMEOUT_WORDS, wholeNumber } from '../arguments.ts';

export function putCommand() {
  return new Command('put')
    .description(
      'Uploads files, and each folder as one archive, and waits until every item is accepted or rejected. Objects of another bucket are copied inside S3.',
    )
    .argument('<path...>', 'files and folders, s3://bucket/prefix, or - for standard input')
    .requiredOption('-d, --dataset <name>', 'dataset to add them to')
    .option('--name <name>', 'file name for standard input, such as new.csv')
    .option('--config <file>', 'a dataset.yaml; default: the one in the folder, or settings inferred from the files')
    .option('--strict', 'exit 1 when anything was rejected')
    .option('--show <n>', 'number of rejected items to list', wholeNumber, SHOWN)
    .option('--timeout <seconds>', TIMEOUT_WORDS, wholeNumber, STALL_SECONDS)
    .addHelpText(
      'after',
      examples(
        'goldpan put photos/ --dataset birds',
        'goldpan put dataset.yaml -d birds',
        'goldpan put s3://my-bucket/photos -d birds',
        'psql -c ... --csv | goldpan put - --name sales.csv -d sales',
      ),
    )
    .action((paths, { dataset, name, config, show, timeout, strict = false }, command) =>
      runCommand(command, {
        schema: PutOutput,
        check: () => checkPut(paths, { dataset, config }),
        run: (context, terminal) => {
          const log = uploadLog(context.notify);
          sayOnInterrupt(terminal, () => log.sentence());
          const input = { stream: process.stdin, name };
          const options = { dataset, input, config, show, timeoutMs: timeout * 1000 };
          return put({ ...context, notify: log.notify }, paths, options);
        },
        print: printPut,
        exitCode: (output) => (strict && output.put.items.rejected > 0 ? EXIT.failed : EXIT.ok),
      }),
    );
}
