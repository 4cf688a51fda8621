// goldpan interpolate: the steps between two items.
import { Command } from '@commander-js/extra-typings';
import { drawBetweenLabels } from '#client/drawing/between/between-labels.ts';
import { drawStrip, endsOf } from '#client/drawing/between/mix.ts';
import { drawSamples } from '#client/drawing/draw.ts';
import { DrawOutput } from '#client/drawing/output.ts';
import { checkOut } from '#client/drawing/written/formats.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { collect, DATASET, examples, number, positive } from '../arguments.ts';
import { fileWords, itemWords, LABEL_WORDS, MODEL_WORDS, SEED_WORDS } from './drawing-words.ts';

const DEFAULT_ROWS = 8;

export function interpolateCommand() {
  return new Command('interpolate')
    .description(
      'Generates the steps between pairs of items, one pair a row, between two given images, clips or texts, or between two classes.',
    )
    .argument('<dataset>', DATASET)
    .option('--steps <n>', 'items in a row, both ends included', positive, 10)
    .option('--rows <n>', 'number of pairs; default: 8, or 1 with --from and --to', positive)
    .option('--from <fileOrId>', `first end: ${itemWords('images', 'clips', 'texts')}`)
    .option('--to <fileOrId>', 'last end, likewise')
    .option(
      '--label <label>',
      `class of an end, given twice: of --from and --to (${LABEL_WORDS}), or of two items that are drawn`,
      collect,
      [],
    )
    .option('--seed <n>', SEED_WORDS, number)
    .option('--model <modelId>', MODEL_WORDS)
    .option(
      '-o, --out <path>',
      `${fileWords('images', 'clips', 'texts')}; default: interpolation.png; texts are printed`,
    )
    .addHelpText(
      'after',
      examples(
        'goldpan interpolate birds --rows 4 --steps 12',
        'goldpan interpolate pets --from cat.jpg --to dog.jpg --steps 7',
        'goldpan interpolate pets --label cat --label dog --out cat-to-dog.gif',
        'goldpan interpolate names --from emma --to oliver',
      ),
    )
    .action((dataset, { out, from, to, label: labels, ...request }, command) =>
      runCommand(command, {
        schema: DrawOutput,
        check: ({ json = false }) => {
          checkOut(out, json);
          endsOf(dataset, { from, to, labels });
        },
        run: (context) => {
          const { steps, rows = DEFAULT_ROWS, model } = request;
          const ends = endsOf(dataset, { from, to, labels });
          if (ends) return drawStrip(context, dataset, { out, ...ends, labels, steps, model });
          if (labels.length > 0)
            return drawBetweenLabels(context, dataset, { labels, steps, seed: request.seed, model, out });
          return drawSamples(context, dataset, 'interpolate', {
            out,
            name: 'interpolation',
            count: steps * rows,
            request,
          });
        },
        print: printDrawn,
      }),
    );
}
