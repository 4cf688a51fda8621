// goldpan inpaint: fills the hole of an image or the gap of a clip or text.
import { checkHole } from '#client/drawing/repair.ts';
import { examples, number, positive } from '../arguments.ts';
import { MASK_WORDS, SEED_WORDS } from '../models/drawing-words.ts';
import { repairCommand, repairs } from './repair-command.ts';

export function inpaintCommand() {
  return repairCommand(
    'inpaint',
    'Fills the hole of an image or the gap of a clip or text without a seam; the rest stays exactly as it is.',
    ['images', 'clips', 'texts'],
    'inpainted.png or inpainted.wav, texts are printed',
  )
    .option('--mask <file>', `of an image: ${MASK_WORDS} the hole is`)
    .option(
      '--gap <from-to>',
      'of a clip: seconds that are filled, as in 0.3-0.45, or 0.4- to continue it; of a text: characters, as in 3-5, or 3- to continue it',
    )
    .option('-n <count>', 'of a text: number of fillings, the most likely first', positive)
    .option('--seed <n>', `of a text: ${SEED_WORDS}`, number)
    .option('--temperature <t>', 'of a text: below 1 more typical fillings, above 1 more varied ones', number)
    .option('--min-length <n>', 'of a text: minimum number of characters of the filling, by default 1', number)
    .option('--max-length <n>', 'of a text: maximum number of characters of the filling', number)
    .option('--characters <characters>', 'of a text: the characters that the filling may have')
    .addHelpText(
      'after',
      examples(
        'goldpan inpaint pets --item scratched.jpg --mask scratch.png --method better',
        'goldpan inpaint digits --item seven.wav --gap 0.3-0.45',
        'goldpan inpaint digits --item seven.wav --gap 0.4- --out continued.wav',
        'goldpan inpaint names --item maxxa --gap 2-4 -n 5',
        'goldpan inpaint names --item ro --gap 2- -n 5',
      ),
    )
    .action(repairs('inpaint', 'inpainted', checkHole));
}
