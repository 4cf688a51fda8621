// goldpan reconstruct: a given image, clip or text as the model sees it.
import { examples } from '../arguments.ts';
import { repairCommand, repairs } from './repair-command.ts';

export function reconstructCommand() {
  return repairCommand(
    'reconstruct',
    "Writes the model's reconstruction of a given image or clip, and prints its PSNR and SSIM; prints that of a given text.",
    ['images', 'clips', 'texts'],
    'reconstructed.png or reconstructed.wav, texts are printed',
  )
    .addHelpText(
      'after',
      examples(
        'goldpan reconstruct pets --item cat.jpg --out cat-by-model.png',
        'goldpan reconstruct names --item emma',
      ),
    )
    .action(repairs('reconstruct', 'reconstructed'));
}
