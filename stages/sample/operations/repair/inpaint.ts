// Fills the hole of a given image, or the gap of a given clip.
import * as z from 'zod';
import { fillGap } from '../../audio/repair-clips.ts';
import { inpaintImage } from '../../repair/repairs.ts';
import { MASK, REPAIR_MEMBERS, repairOperation } from './repair-operation.ts';

const MOST_SECONDS = 60;
const seconds = z.number().min(0).max(MOST_SECONDS);
const GAP = z
  .strictObject({
    from: seconds.describe('Seconds from the beginning of the clip.'),
    to: seconds.describe('Where it ends, likewise.'),
  })
  .refine(({ from, to }) => from < to, 'from must be less than to');

/** The member that says what is filled, and the one of the other kind of data. */
const MEMBERS = {
  image: { needed: 'mask', other: 'gap' },
  audio: { needed: 'gap', other: 'mask' },
} as const;

export const inpaint = repairOperation({
  name: 'inpaint',
  summary:
    'Fills the hole of a given image, or the gap of a given clip, without a seam; the other pixels or samples stay exactly as they are.',
  output: 'repaired',
  request: z.strictObject({
    ...REPAIR_MEMBERS,
    mask: MASK.optional(),
    gap: GAP.optional().describe('Of a clip, in place of `mask`: the part that is filled.'),
  }),
  faults({ mask, gap }, kind) {
    const { needed, other } = MEMBERS[kind];
    const given = { mask, gap };
    const faults = [
      ...(given[needed] === undefined ? [{ path: needed, message: 'It says what is to be filled.' }] : []),
      ...(given[other] === undefined ? [] : [{ path: other, message: `Give ${needed} instead.` }]),
    ];
    return faults.length > 0 ? faults : undefined;
  },
  more: ({ mask }) => (mask === undefined ? {} : { mask }),
  gap: ({ gap }) => gap,
  repairClip: (given, { gap }) => fillGap(given, gap ?? { from: 0, to: 0 }),
  repair: ({ networks, given: [image], hole }, { method }) => inpaintImage(networks, image, hole, method),
});
