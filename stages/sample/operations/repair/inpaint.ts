// Fills the hole of a given image.
import * as z from 'zod';
import { inpaint as inpaintImage } from '../../repair/repairs.ts';
import { MASK, REPAIR_MEMBERS, repairOperation } from './repair-operation.ts';

export const inpaint = repairOperation({
  name: 'inpaint',
  summary: 'Fills the hole of a given image without a seam; the other pixels stay exactly as they are.',
  output: 'repaired',
  request: z.strictObject({ ...REPAIR_MEMBERS, mask: MASK }),
  more: ({ mask }) => ({ mask }),
  repair: ({ networks, given: [image], hole }, { method }) => inpaintImage(networks, image, hole, method),
});
