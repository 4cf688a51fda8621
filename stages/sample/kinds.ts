// The operations of the endpoint for models of each kind of data.
import { clipsIn } from './audio/clips.ts';
import { codesIn } from './codec/codes.ts';
import type { OpenDecoder } from './drawing/decoder.ts';
import type { OpenEncoder } from './drawing/encoder.ts';
import { imagesIn } from './drawing/images.ts';
import { openLikenessWith } from './drawing/likeness.ts';
import type { CacheSpace } from './drawing/lru-cache.ts';
import type { Models } from './drawing/model-cache.ts';
import { networksIn } from './drawing/open-networks.ts';
import { parentsIn } from './parents/parents.ts';
import { tablesIn } from './tables/tables.ts';
import { textsIn } from './texts/texts.ts';

type Deps = {
  readonly models: Models;
  readonly space: CacheSpace;
  readonly openDecoder: OpenDecoder;
  readonly openEncoder: OpenEncoder;
  /** Threads for the networks of tables and texts, and for that of likeness. */
  readonly threads: number;
};

export function kindsIn({ models, space, openDecoder, openEncoder, threads }: Deps) {
  const networks = networksIn({ models, space, openDecoder, openEncoder, openLikeness: openLikenessWith(threads) });
  const { parents, withoutCopies } = parentsIn(models, networks, space);
  return {
    image: { ...imagesIn(models, networks, { withoutCopies }), ...codesIn(networks), parents },
    table: tablesIn(models, space, threads),
    audio: clipsIn({ models, space, networks }),
    text: textsIn(models, space, threads),
  };
}

export type Kinds = ReturnType<typeof kindsIn>;
