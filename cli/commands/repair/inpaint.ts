// goldpan inpaint: fills the hole of an image or the gap of a clip.
import { checkHole } from '#client/drawing/repair.ts';
import { examples } from '../arguments.ts';
import { MASK_WORDS } from '../models/drawing-words.ts';
import { repairCommand, repairs } from './repair-command.ts';

export function inpaintCommand() {
  return repairCommand(
    'inpaint',
    'Fills the hole of an image or the gap of a clip without a seam; the rest stays exactly as it is.',
    'inpainted.png or inpainted.wav',
  )
    .option('--mask <file>', `of an image: ${MASK_WORDS} the hole is`)
    .option('--gap <from-to>', 'of a clip: seconds that are filled, as in 0.3-0.45')
    .addHelpText(
      'after',
      examples(
        'goldpan inpaint pets --item scratched.jpg --mask scratch.png --method better',
        'goldpan inpaint digits --item seven.wav --gap 0.3-0.45',
      ),
    )
    .action(repairs('inpaint', 'inpainted', checkHole));
}
