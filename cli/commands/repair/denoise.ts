// goldpan denoise: removes noise.
import { examples } from '../arguments.ts';
import { repairCommand, repairs } from './repair-command.ts';

export function denoiseCommand() {
  return repairCommand(
    'denoise',
    'Removes noise without a pattern from an image, or steady noise from a clip.',
    ['images', 'clips'],
    'denoised.png or denoised.wav',
  )
    .addHelpText(
      'after',
      examples('goldpan denoise pets --item noisy.png', 'goldpan denoise digits --item noisy.wav --method better'),
    )
    .action(repairs('denoise', 'denoised'));
}
