// What models of images can be asked for.
import { codesIn } from './codec/codes.ts';
import { imagesIn } from './drawing/images.ts';
import type { CacheSpace } from './drawing/lru-cache.ts';
import type { Models } from './drawing/model-cache.ts';
import type { OpenNetworks } from './drawing/open-networks.ts';
import { parentsIn } from './parents/parents.ts';

type Deps = { readonly models: Models; readonly networks: OpenNetworks; readonly space: CacheSpace };

export function imageKindIn({ models, networks, space }: Deps) {
  const { parents, withoutCopies } = parentsIn(models, networks, space);
  return { ...imagesIn(models, networks, { withoutCopies }), ...codesIn(networks), parents };
}
