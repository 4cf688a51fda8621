// What the endpoint can do with models of each kind of data.
import { clipsIn } from './audio/clips.ts';
import { codesIn } from './codec/codes.ts';
import type { OpenDecoder } from './drawing/decoder.ts';
import type { OpenEncoder } from './drawing/encoder.ts';
import { imagesIn } from './drawing/images.ts';
import type { Models } from './drawing/model-cache.ts';
import { networksIn } from './drawing/open-networks.ts';
import { parentsIn } from './parents/parents.ts';
import { tablesIn } from './tables/tables.ts';
import { textsIn } from './texts/texts.ts';

type Deps = {
  readonly models: Models;
  readonly openDecoder: OpenDecoder;
  readonly openEncoder: OpenEncoder;
  /** For the networks of tables and texts. */
  readonly threads: number;
};

export function kindsIn({ models, openDecoder, openEncoder, threads }: Deps) {
  const networks = networksIn({ models, openDecoder, openEncoder });
  const { parents, withoutCopies } = parentsIn(models, networks);
  return {
    image: { ...imagesIn(models, networks, { withoutCopies }), ...codesIn(networks), parents },
    table: tablesIn(models, threads),
    audio: clipsIn({ models, openDecoder }),
    text: textsIn(models, threads),
  };
}

export type Kinds = ReturnType<typeof kindsIn>;
