// Codes between given photos whose drawings look like the photos: placed where the looks are as asked for, then fitted.
import type { Fitted } from '#core/model/latent/fitted.ts';
import type { Decoder } from './decoder.ts';
import { evenShares } from './even-shares.ts';
import { fitLatents, meanMaps } from './fit-latents.ts';
import type { Likeness, NearMaps } from './likeness.ts';
import type { Latents } from './prior.ts';

type Between = {
  /** Pixels of each photo, uint8 [height, width, channels]. */
  readonly photos: readonly Uint8Array[];
  /** One row for each drawing, with one weight for each photo. */
  readonly rows: readonly (readonly number[])[];
  /** The codes of such rows. */
  latentsOf(rows: readonly (readonly number[])[]): Latents;
  readonly decoder: Pick<Decoder, 'decode'>;
  readonly likeness: Pick<Likeness, 'mapsOf' | 'slopeAt'>;
  /** Number of pixels of one image. */
  readonly pixels: number;
};

export async function betweenPhotos(plan: Between): Promise<{ readonly latents: Latents; readonly facts: Fitted }> {
  const { photos, rows, latentsOf, likeness, pixels } = plan;
  const maps: NearMaps[] = [];
  for (const image of photos) maps.push(await likeness.mapsOf(image));
  const shares = await sharesOfTwo(plan, maps);
  const placed = shares?.map((share) => [1 - share, share]) ?? rows;
  const wanted = rows.map((weights) => meanMaps(maps, weights));
  const { latents, facts } = await fitLatents({ latents: latentsOf(placed), wanted, likeness, pixels });
  return { latents, facts: { ...facts, ...(shares && { shares }) } };
}

/** The share of the second code in each row; undefined unless there are two photos. */
async function sharesOfTwo(
  { rows, latentsOf, decoder, likeness }: Between,
  maps: readonly NearMaps[],
): Promise<number[] | undefined> {
  const [first, second, ...more] = maps;
  if (!first || !second || more.length > 0) return undefined;
  const asked = rows.map(([a = 0, b = 0]) => b / (a + b));
  const mapsAt = async (share: number) => {
    const { pixels } = await decoder.decode(latentsOf([[1 - share, share]]));
    return likeness.mapsOf(pixels);
  };
  const shares = await evenShares({ photos: [first, second], mapsAt }, asked);
  return shares.map((share) => Number(share.toFixed(4)));
}
