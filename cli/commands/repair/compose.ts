// goldpan compose: puts a region of one image into another.
import { examples } from '../arguments.ts';
import { MASK_WORDS } from '../models/drawing-words.ts';
import { repairCommand, repairs } from './repair-command.ts';

export function composeCommand() {
  return repairCommand(
    'compose',
    'Puts a region of one image into another; the model heals the border, where that is better than Poisson blending.',
    ['images'],
    'composed.png',
    'better',
  )
    .requiredOption('--source <fileOrId>', 'image whose region is taken, in the form of --item')
    .requiredOption('--mask <file>', `${MASK_WORDS} the source is shown`)
    .addHelpText('after', examples('goldpan compose pets --item dog.jpg --source cat.jpg --mask eyes.png'))
    .action(repairs('compose', 'composed'));
}
