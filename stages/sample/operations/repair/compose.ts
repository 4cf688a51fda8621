// Puts a region of one image into another.
import * as z from 'zod';
import { GivenItem } from '#core/model/messages/endpoint-api.ts';
import { composeImage as composeImages, type Given } from '../../repair/repairs.ts';
import { MASK, REPAIR_MEMBERS, repairOperation } from './repair-operation.ts';

export const compose = repairOperation({
  name: 'compose',
  summary: 'Puts a region of one image into another; the model heals a band around its border.',
  output: 'repaired',
  request: z.strictObject({
    ...REPAIR_MEMBERS,
    source: GivenItem.describe('The image whose region is put into the other.'),
    mask: MASK,
  }),
  more: ({ source, mask }) => ({ items: [source], mask }),
  repair: ({ networks, given, hole }, { method }) => {
    const [target, source] = given as [Given, Given];
    return composeImages(networks, target, source.image, hole, method);
  },
});
