// Removes noise from a given image or clip.
import * as z from 'zod';
import { denoiseImage } from '../../repair/repairs.ts';
import { REPAIR_MEMBERS, repairOperation } from './repair-operation.ts';

export const denoise = repairOperation({
  name: 'denoise',
  summary: 'Removes noise without a pattern from a given image, and steady noise from a given clip.',
  output: 'repaired',
  request: z.strictObject(REPAIR_MEMBERS),
  repairClip: async (given) => (await import('../../audio/repair-clips.ts')).denoiseClip(given),
  repair: ({ networks, given: [image] }, { method }) => denoiseImage(networks, image, method),
});
