// goldpan decompress: the images of a small file.
import { Command } from '@commander-js/extra-typings';
import { checkFile } from '#client/check-file.ts';
import { decompress } from '#client/drawing/codes.ts';
import { DrawOutput } from '#client/drawing/output.ts';
import { checkOut } from '#client/drawing/written/formats.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';
import { fileWords } from '../models/drawing-words.ts';

export function decompressCommand() {
  return new Command('decompress')
    .description('Writes the images in a file of goldpan compress, with the model that the file names.')
    .argument('<dataset>', DATASET)
    .argument('<file>', 'file that goldpan compress wrote')
    .option('-o, --out <path>', fileWords('images'), 'decompressed.png')
    .addHelpText('after', examples('goldpan decompress digits two.gpan --out two/'))
    .action((dataset, file, options, command) =>
      runCommand(command, {
        schema: DrawOutput,
        check: ({ json = false }) => {
          checkFile(file);
          checkOut(options.out, json);
        },
        run: (context) => decompress(context, dataset, { file, ...options }),
        print: printDrawn,
      }),
    );
}
