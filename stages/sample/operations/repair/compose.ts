// Puts a region of one image into another.
import * as z from 'zod';
import { GivenItem } from '#core/model/messages/endpoint-api.ts';
import { composeImage as composeImages, type Given } from '../../repair/repairs.ts';
import { MASK, methodBy, REPAIR_MEMBERS, repairOperation } from './repair-operation.ts';

export const compose = repairOperation({
  name: 'compose',
  summary:
    'Puts a region of one image into another; the model heals a band around its border, where that is better than Poisson blending.',
  output: 'repaired',
  request: z.strictObject({
    ...REPAIR_MEMBERS,
    // Of photos, models smear a border that Poisson blending heals well; of digits they heal it better.
    method: methodBy('better'),
    source: GivenItem.describe('The image whose region is put into the other.'),
    mask: MASK,
  }),
  more: ({ source, mask }) => ({ items: [source], mask }),
  repair: ({ networks, given, hole }, { method }) => {
    const [target, source] = given as [Given, Given];
    return composeImages(networks, target, source.image, hole, method);
  },
});
