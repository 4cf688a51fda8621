// Fills the hole of a given image, or the gap of a given clip or text.
import * as z from 'zod';
import { SEED } from '#core/model/messages/endpoint-api.ts';
import { inpaintImage } from '../../repair/repairs.ts';
import { MASK, REPAIR_MEMBERS, repairOperation } from './repair-operation.ts';

const MOST_SECONDS = 60;
const MOST_TEXTS = 16;
const LENGTH = z.int().min(0).max(10_000).optional();
const GAP = z
  .strictObject({
    from: z
      .number()
      .min(0)
      .describe('Of a clip: seconds from its beginning. Of a text: characters that stand before the gap.'),
    to: z
      .number()
      .min(0)
      .optional()
      .describe(
        'Where it ends, likewise. Absent: a text is continued, a clip up to the length of those that the model draws. Of a text it may be `from`, for an insertion.',
      ),
  })
  .refine(({ from, to }) => to === undefined || from <= to, 'from must not be more than to');
type Gap = z.infer<typeof GAP>;

/** The member that says what is filled, and those of the other kinds of data. */
const ONLY_TEXTS = ['n', 'seed', 'minLength', 'maxLength', 'temperature', 'characters'] as const;
const MEMBERS = {
  image: { needed: 'mask', others: ['gap', ...ONLY_TEXTS], gapFaults: () => [] },
  audio: { needed: 'gap', others: ['mask', ...ONLY_TEXTS], gapFaults: secondsFaults },
  text: { needed: 'gap', others: ['mask'], gapFaults: characterFaults },
} as const;

export const inpaint = repairOperation({
  name: 'inpaint',
  summary:
    'Fills the hole of a given image, or the gap of a given clip or text, without a seam; the other pixels, samples or characters stay exactly as they are.',
  output: 'repaired',
  request: z.strictObject({
    ...REPAIR_MEMBERS,
    mask: MASK.optional(),
    gap: GAP.optional().describe('Of a clip or text, in place of `mask`: the part that is filled.'),
    n: z.int().min(1).max(MOST_TEXTS).optional().describe('Of a text: so many fillings, the likeliest first.'),
    seed: SEED.optional(),
    minLength: LENGTH.describe('Of a text: characters of the filling; by default 1.'),
    maxLength: LENGTH.describe('Likewise; by default twice those of the gap, and at least 16.'),
    temperature: z.number().min(0).max(2).optional().describe('Of a text: as of `sample`; by default 1.'),
    characters: z.string().min(1).max(1_000).optional().describe('Of a text: the characters of the filling.'),
  }),
  faults(request, kind) {
    const { needed, others, gapFaults } = MEMBERS[kind];
    const { gap } = request;
    const faults = [
      ...(request[needed] === undefined ? [{ path: needed, message: 'Required: the part to fill.' }] : []),
      ...others.flatMap((path) =>
        request[path] === undefined
          ? []
          : [{ path, message: path === 'mask' || path === 'gap' ? `Give ${needed} instead.` : 'Only texts have it.' }],
      ),
      ...(gap ? gapFaults(gap) : []),
    ];
    return faults.length > 0 ? faults : undefined;
  },
  more: ({ mask }) => (mask === undefined ? {} : { mask }),
  gap: ({ gap }) => gap,
  repairClip: async (given, { gap }) =>
    (await import('../../audio/repair-clips.ts')).fillGap(given, gap ?? { from: 0 }),
  repairText: ({ card, mediaType, kind, drawSeed }, { item, gap, seed = drawSeed(), temperature = 1, ...asked }) =>
    kind.fill(card, { ...asked, item, seed, temperature, gap: gap ?? { from: 0 } }, mediaType),
  repair: ({ networks, given: [image], hole }, { method }) => inpaintImage(networks, image, hole, method),
});

/** Characters are whole. */
function characterFaults({ from, to = 0 }: Gap) {
  const isWhole = Number.isInteger(from) && Number.isInteger(to);
  return isWhole ? [] : [{ path: 'gap', message: 'Places of characters are whole numbers.' }];
}

/** A gap of a clip that ends has a length, within a limit. */
function secondsFaults({ from, to }: Gap) {
  if (to === undefined) return [];
  if (to > MOST_SECONDS) return [{ path: 'gap.to', message: `Seconds, up to ${MOST_SECONDS}.` }];
  return from < to ? [] : [{ path: 'gap', message: 'from must be less than to' }];
}
