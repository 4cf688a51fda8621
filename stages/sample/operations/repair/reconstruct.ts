// A given image as the model sees it.
import * as z from 'zod';
import { reconstruct as reconstructImage } from '../../repair/repairs.ts';
import { REPAIR_MEMBERS, repairOperation } from './repair-operation.ts';

export const reconstruct = repairOperation({
  name: 'reconstruct',
  summary:
    'Returns a given image as the model sees it: the image of the code that explains it best, with PSNR and SSIM.',
  output: 'mean',
  request: z.strictObject(REPAIR_MEMBERS),
  repair: ({ networks, given: [image] }, { method }) => reconstructImage(networks, image, method),
});
