// Which training items pictures are nearest to, by the index that the trainer stored with the model.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import { type EndpointAnswer, type GivenItem, HEADER } from '#core/model/messages/endpoint-api.ts';
import {
  closerHeldOut,
  copyDistance,
  decodeParents,
  nearestParents,
  PARENTS_FILE,
  type ParentIndex,
} from '#core/model/parents/parent-index.ts';
import type { ParentsAnswer } from '#core/model/parents/parents-answer.ts';
import { sketchOf } from '#core/model/parents/sketch.ts';
import { codesOf, isImage, meansOf } from '../drawing/given-items.ts';
import { pixelsOf } from '../drawing/given-pixels.ts';
import { type CacheSpace, lruCache } from '../drawing/lru-cache.ts';
import type { Models } from '../drawing/model-cache.ts';
import type { OpenNetworks } from '../drawing/open-networks.ts';
import { conditioningClasses } from '../drawing/prior.ts';
import { accepted, type Result } from '../problem.ts';
import { jsonAnswer } from '../representation/answer.ts';
import { type Images, imageAt } from '../representation/pictures.ts';

/** Pictures times training items of one request that are compared: some seconds. */
const MOST_COMPARISONS = 2e7;
const DECIMALS = 1000;

type ImageCard = CardOf<'image'>;

export type ParentsIn = ReturnType<typeof parentsIn>;

export function parentsIn(models: Pick<Models, 'fileOf'>, networks: OpenNetworks, space: CacheSpace) {
  const indexes = lruCache<ParentIndex>(space);

  function withIndex<T>(card: ImageCard, work: (index: ParentIndex) => Promise<T> | T): Promise<T> {
    return indexes.use(
      `${card.dataset}/${card.modelId}`,
      async () => {
        const bytes = await models.fileOf(card, PARENTS_FILE);
        const index = decodeParents(bytes);
        if (index?.channels === card.input.channels) return { value: index, bytes: bytes.length };
        throw new GoldpanError(FAILURE.corruptObject, `The model ${card.modelId} has an invalid ${PARENTS_FILE}.`);
      },
      work,
    );
  }

  return {
    /**
     * Leaves out images that are so near to a training item that they count as copies. `withheld`: their number; null if the model has no
     * index, or if there are too many images to compare.
     */
    async withoutCopies(card: ImageCard, pictures: Images): Promise<{ kept: Images; withheld: number | null }> {
      if (!(PARENTS_FILE in card.files) || pictures.count * card.trainItems > MOST_COMPARISONS)
        return { kept: pictures, withheld: null };
      return withIndex(card, (index) => {
        const limit = copyDistance(index);
        if (limit === null) return { kept: pictures, withheld: null };
        const kept: number[] = [];
        for (let i = 0; i < pictures.count; i++) {
          const [nearest] = nearestParents(index, sketchOf(imageAt(pictures, i).pixels, pictures), 1);
          if ((nearest?.distance ?? Number.POSITIVE_INFINITY) >= limit) kept.push(i);
        }
        const pixels = Buffer.concat(kept.map((i) => imageAt(pictures, i).pixels));
        const withheld = pictures.count - kept.length;
        return { kept: withheld === 0 ? pictures : { ...pictures, count: kept.length, pixels }, withheld };
      });
    },

    async parents(card: ImageCard, items: readonly GivenItem[], count: number): Promise<Result<EndpointAnswer>> {
      const pictures: Uint8Array[] = [];
      for (const [place, item] of items.entries()) {
        const read = isImage(item) ? await pixelsOf(item, card, place) : await drawn(card, item);
        if (!read.ok) return read;
        pictures.push(read.value);
      }
      return withIndex(card, (index) => {
        const limit = copyDistance(index);
        const { modelId, snapshotId } = card;
        const answer: ParentsAnswer = {
          ...{ modelId, snapshotId, trainItems: index.items, heldOutItems: index.heldOut?.length ?? 0 },
          copyDistance: limit === null ? null : rounded(limit),
          items: pictures.map((pixels) => {
            const parents = nearestParents(index, sketchOf(pixels, card.input), count);
            const distance = parents[0]?.distance ?? 0;
            const closer = closerHeldOut(index, distance);
            return {
              parents: parents.map((parent) => ({ row: parent.row, distance: rounded(parent.distance) })),
              closerHeldOut: closer === null ? null : rounded(closer),
              isCopy: limit === null ? null : distance < limit,
            };
          }),
        };
        const json = jsonAnswer(answer);
        const facts = { [HEADER.model]: modelId, [HEADER.seed]: '0', [HEADER.prior]: 'none', [HEADER.output]: 'code' };
        return accepted({ ...json, headers: { ...json.headers, ...facts } });
      });
    },
  };

  /** The picture of a code or a seed. */
  function drawn(card: ImageCard, item: GivenItem): Promise<Result<Uint8Array>> {
    return networks.use(card, false, async (opened) => {
      const codes = await codesOf([item], opened);
      if (!codes.ok) return codes;
      return accepted((await opened.decoder.decode(meansOf(codes.value, [[1]], conditioningClasses(card)))).pixels);
    });
  }
}

function rounded(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}
