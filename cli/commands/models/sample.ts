// goldpan sample: new items from a model.
import { Command } from '@commander-js/extra-typings';
import * as z from 'zod';
import { checkFile } from '#client/check-file.ts';
import { answerSources, answersAs } from '#client/drawing/answer-sources.ts';
import { drawInBackground, drawsInBackground } from '#client/drawing/background/draw-in-background.ts';
import { ExportedDraw } from '#client/drawing/background/output.ts';
import { drawSamples } from '#client/drawing/draw.ts';
import { DrawOutput } from '#client/drawing/output.ts';
import { checkOut } from '#client/drawing/written/formats.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { printExported } from '../../print/models/exported.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples, number, positive } from '../arguments.ts';
import { fileWords, MODEL_WORDS, SEED_WORDS } from './drawing-words.ts';

/** The endpoint decides which values are allowed, so only their type is checked here. */
export function sampleCommand() {
  return new Command('sample')
    .description(
      'Generates new items with the current model. Large numbers of items, up to 1,000,000 rows or texts and 100,000 images or clips, are drawn in the background.',
    )
    .argument('<dataset>', DATASET)
    .option(
      '-n <count>',
      'number of items, by default 16; for pairs, the number of answers for each source, by default 1',
      positive,
    )
    .option('--seed <n>', SEED_WORDS, number)
    .option(
      '--temperature <t>',
      'below 1: more typical items; above 1: more varied ones; texts with 0: always the most likely symbol',
      number,
    )
    .option('--label <label>', 'only items of this class')
    .option('--truncation <t>', 'draw latent values again whose distance from 0 is larger than this', number)
    .option('--prior <prior>', 'normal, mixture or flow, if the model has it; default: the best one on held-out items')
    .option('--model <modelId>', MODEL_WORDS)
    .option(
      '--where <conditions>',
      'tables: only rows with these values, for example "income=\'>50K\' and age>=60"; pairs: source=<text>; tunes: metre=6/8 and key=D',
    )
    .option('--sources <file>', 'pairs: answer each line of a text file')
    .option('--beam <n>', 'pairs: width of the beam search for the most likely answers, by default 4', positive)
    .option(
      '--best-of <n>',
      'pairs: draw this number of texts for each source, and answer with the most likely',
      positive,
    )
    .option(
      '--duration <seconds>',
      'clips: their length; longer clips are cut, shorter ones followed by silence',
      number,
    )
    .option('--prefix <text>', 'texts: the beginning of each')
    .option('--top-p <p>', 'texts: draw from the most likely symbols whose probabilities sum to this', number)
    .option('--min-length <n>', 'texts: minimum number of characters', number)
    .option('--max-length <n>', 'texts: maximum number of characters', number)
    .option('--characters <characters>', 'texts: the characters that may be drawn')
    .option(
      '-o, --out <path>',
      `${fileWords('images', 'clips', 'tables', 'texts')}; default: samples.png, samples.wav or samples.csv, texts are printed`,
    )
    .addHelpText(
      'after',
      examples(
        'goldpan sample birds -n 64 --seed 7 --out birds.png',
        'goldpan sample names -n 64 --prefix an --temperature 0.8',
        `goldpan sample adult -n 1000 --where "income='>50K' and age>=60" --out rich.csv`,
        'goldpan sample digits -n 8 --label seven --out seven.wav',
        'goldpan sample pets -n 100000 --out many-pets',
        'goldpan sample adult -n 1000000 --out s3',
        'goldpan sample tunes --where "metre=6/8 and key=D" --out tune.mid',
        'goldpan sample translations --where source="Good morning"',
        'goldpan sample translations --sources sentences.txt --out answers.jsonl',
      ),
    )
    .action((dataset, { n: asked, out, sources, ...request }, command) =>
      runCommand(command, {
        schema: z.union([DrawOutput, ExportedDraw]),
        check({ json = false }) {
          if (sources === undefined) return checkOut(out, json);
          checkFile(sources);
          answersAs(out);
        },
        async run(context) {
          // A MIDI file holds one tune.
          const n = asked ?? (out?.endsWith('.mid') ? 1 : undefined);
          const options = { out, count: n ?? 0, request: { ...(n && { n }), ...request } };
          if (sources !== undefined) return answerSources(context, dataset, { file: sources, ...options });
          const card = await drawsInBackground(context, dataset, options);
          return card ? drawInBackground(context, card, options) : drawSamples(context, dataset, 'sample', options);
        },
        print: (drawn) => ('exportId' in drawn ? printExported(drawn) : printDrawn(drawn)),
      }),
    );
}
