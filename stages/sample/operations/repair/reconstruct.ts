// A given image, clip or text as the model sees it.
import * as z from 'zod';
import { reconstructImage } from '../../repair/repairs.ts';
import { REPAIR_MEMBERS, repairOperation } from './repair-operation.ts';

export const reconstruct = repairOperation({
  name: 'reconstruct',
  summary:
    'Returns a given image or clip as the model sees it: that of the code that explains it best, with PSNR and SSIM; of a given text the likeliest symbols at its code.',
  output: 'mean',
  request: z.strictObject(REPAIR_MEMBERS),
  repairClip: async (given) => (await import('../../audio/repair-clips.ts')).reconstructClip(given),
  repairText: ({ card, mediaType, kind }, { item }) =>
    kind.between(card, { items: [item], rows: [[1]], isSpherical: false }, mediaType),
  repair: ({ networks, given: [image] }, { method }) => reconstructImage(networks, image, method),
});
