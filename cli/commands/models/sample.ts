// goldpan sample: new items from a model.
import { Command } from '@commander-js/extra-typings';
import * as z from 'zod';
import { answerSources } from '#client/drawing/answer-sources.ts';
import { drawInBackground, drawsInBackground } from '#client/drawing/background/draw-in-background.ts';
import { ExportedDraw } from '#client/drawing/background/output.ts';
import { drawSamples } from '#client/drawing/draw.ts';
import { DrawOutput } from '#client/drawing/output.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { printExported } from '../../print/models/exported.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples, number } from '../arguments.ts';
import { MODEL_WORDS, OUT_WORDS, SEED_WORDS } from './drawing-words.ts';

/** The endpoint decides which values are allowed, so only their type is checked here. */
export function sampleCommand() {
  return new Command('sample')
    .description(
      'Generates new items with the model that serves. More than one call draws are drawn in the background, up to 1,000,000 rows or texts and 100,000 images or clips.',
    )
    .argument('<dataset>', DATASET)
    .option('-n <count>', 'number of items, by default 16; of pairs the answers of each source, by default 1', number)
    .option('--seed <n>', SEED_WORDS, number)
    .option(
      '--temperature <t>',
      'below 1 more typical, above 1 more varied; of a text 0: always the likeliest symbol',
      number,
    )
    .option('--label <label>', 'only items of this class')
    .option('--truncation <t>', 'draw latent numbers again that lie farther than this from 0', number)
    .option('--prior <prior>', 'normal, mixture or flow, where the model has it; default: what won on held-out items')
    .option('--model <modelId>', MODEL_WORDS)
    .option(
      '--where <conditions>',
      'of a table: only such rows, for example "income=\'>50K\' and age>=60"; of pairs: source=<text>',
    )
    .option('--sources <file>', 'of pairs: answer each line of a text file')
    .option('--beam <n>', 'of pairs: texts kept in the search for the likeliest answers, by default 4', number)
    .option('--best-of <n>', 'of pairs: draw so many texts for each source, and answer with the likeliest', number)
    .option('--duration <seconds>', 'of clips: their length, cut or followed by silence', number)
    .option('--prefix <text>', 'of texts: what each begins with')
    .option('--top-p <p>', 'of texts: draw among the likeliest symbols that together have this probability', number)
    .option('--min-length <n>', 'of texts: characters at least', number)
    .option('--max-length <n>', 'of texts: characters at most', number)
    .option('--characters <characters>', 'of texts: the characters that may be drawn')
    .option('-o, --out <path>', OUT_WORDS)
    .addHelpText(
      'after',
      examples(
        'goldpan sample birds -n 64 --seed 7 --out birds.png',
        'goldpan sample names -n 64 --prefix an --temperature 0.8',
        `goldpan sample adult -n 1000 --where "income='>50K' and age>=60" --out rich.csv`,
        'goldpan sample digits -n 8 --label seven --out seven.wav',
        'goldpan sample pets -n 100000 --out many-pets',
        'goldpan sample adult -n 1000000 --out s3',
        'goldpan sample translations --where source="Good morning"',
        'goldpan sample translations --sources sentences.txt --out answers.jsonl',
      ),
    )
    .action((dataset, { n, out, sources, ...request }, command) =>
      runCommand(command, {
        schema: z.union([DrawOutput, ExportedDraw]),
        async run(context) {
          const options = { out, count: n ?? 0, request: { ...(n && { n }), ...request } };
          if (sources !== undefined) return answerSources(context, dataset, { file: sources, ...options });
          const card = await drawsInBackground(context, dataset, options);
          return card ? drawInBackground(context, card, options) : drawSamples(context, dataset, 'sample', options);
        },
        print: (drawn) => ('exportId' in drawn ? printExported(drawn) : printDrawn(drawn)),
      }),
    );
}
