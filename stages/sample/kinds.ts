// What the endpoint can do with models of each kind of data.
import type { OpenDecoder } from './drawing/decoder.ts';
import type { OpenEncoder } from './drawing/encoder.ts';
import { imagesIn } from './drawing/images.ts';
import type { Models } from './drawing/model-cache.ts';
import { tablesIn } from './tables/tables.ts';

type Deps = {
  readonly models: Models;
  readonly openDecoder: OpenDecoder;
  readonly openEncoder: OpenEncoder;
  /** For the networks of tables. */
  readonly threads: number;
};

export function kindsIn({ models, openDecoder, openEncoder, threads }: Deps) {
  return { image: imagesIn({ models, openDecoder, openEncoder }), table: tablesIn(models, threads) };
}

export type Kinds = ReturnType<typeof kindsIn>;
