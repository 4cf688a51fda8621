// goldpan reconstruct: a given image as the model sees it.
import { examples } from '../arguments.ts';
import { repairCommand, repairs } from './repair-command.ts';

export function reconstructCommand() {
  return repairCommand(
    'reconstruct',
    "Writes the model's reconstruction of a given image or clip, and prints its PSNR and SSIM.",
    'reconstructed.png or reconstructed.wav',
  )
    .addHelpText('after', examples('goldpan reconstruct pets --item cat.jpg --out cat-by-model.png'))
    .action(repairs('reconstruct', 'reconstructed'));
}
