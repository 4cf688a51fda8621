// Removes noise from a given image.
import * as z from 'zod';
import { denoise as denoiseImage } from '../../repair/repairs.ts';
import { REPAIR_MEMBERS, repairOperation } from './repair-operation.ts';

export const denoise = repairOperation({
  name: 'denoise',
  summary: 'Removes noise without a pattern from a given image.',
  output: 'repaired',
  request: z.strictObject(REPAIR_MEMBERS),
  repair: ({ networks, given: [image] }, { method }) => denoiseImage(networks, image, method),
});
