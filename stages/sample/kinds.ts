// The operations of the endpoint for models of each kind of data. The code of a kind is loaded when a model of that kind is first used:
// a cold start loads no other.
import type { OpenDecoder } from './drawing/decoder.ts';
import type { OpenEncoder } from './drawing/encoder.ts';
import { openLikenessWith } from './drawing/likeness.ts';
import type { CacheSpace } from './drawing/lru-cache.ts';
import type { Models } from './drawing/model-cache.ts';
import { networksIn } from './drawing/open-networks.ts';

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
  return {
    image: once(async () => (await import('./image-kind.ts')).imageKindIn({ models, networks, space })),
    table: once(async () => (await import('./tables/tables.ts')).tablesIn(models, space, threads)),
    audio: once(async () => (await import('./audio/clips.ts')).clipsIn({ models, space, networks })),
    text: once(async () => (await import('./texts/texts.ts')).textsIn(models, space, threads)),
  };
}

export type Kinds = ReturnType<typeof kindsIn>;
/** What models of a kind of data can be asked for. */
export type KindOf<K extends keyof Kinds> = Awaited<ReturnType<Kinds[K]>>;

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}
