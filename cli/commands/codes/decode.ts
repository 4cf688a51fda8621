// goldpan decode: the images of codes.
import { Command } from '@commander-js/extra-typings';
import { checkFile } from '#client/check-file.ts';
import { decode } from '#client/drawing/codes.ts';
import { DrawOutput } from '#client/drawing/output.ts';
import { checkOut } from '#client/drawing/written/formats.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';
import { fileWords } from '../models/drawing-words.ts';

export function decodeCommand() {
  return new Command('decode')
    .description('Writes the images that latent codes stand for.')
    .argument('<dataset>', DATASET)
    .argument('<codes>', '.json or .npy file that goldpan encode wrote')
    .option('--model <modelId>', 'id of a model; default: the one that the file names, or that serves')
    .option('-o, --out <path>', fileWords('images'), 'decoded.png')
    .addHelpText('after', examples('goldpan decode pets codes.json --out images.png'))
    .action((dataset, codes, options, command) =>
      runCommand(command, {
        schema: DrawOutput,
        check: ({ json = false }) => {
          checkFile(codes);
          checkOut(options.out, json);
        },
        run: (context) => decode(context, dataset, { codes, ...options }),
        print: printDrawn,
      }),
    );
}
