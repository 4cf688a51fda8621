// How long it takes to find the nearest of a million training items: CPU time of one sample. The sketches are random bytes, whose distances
// are all alike: of few items can be told early that they are no parent, so real pictures are no slower.
import { uniforms } from '#core/base/random.ts';
import { MOST_PARENTS, nearestParents } from '#core/model/parents/parent-index.ts';
import { sketchBytes } from '#core/model/parents/sketch.ts';
import { lowerIsBetter, type Row } from '../benchmark.ts';

const PARENTS = 5;
const SAMPLES = 7;
const LIMIT_MS = 200;
const PATTERN_BYTES = 1_000_003;

export function parentsRows(): Row[] {
  return [1, 3].map((channels) => {
    const size = sketchBytes(channels);
    const bytes = Uint8Array.from(uniforms(1, 'bench', PATTERN_BYTES), (share) => Math.floor(256 * share));
    const sketches = new Uint8Array(MOST_PARENTS * size);
    for (let at = 0; at < sketches.length; at += bytes.length)
      sketches.set(bytes.subarray(0, Math.min(bytes.length, sketches.length - at)), at);
    const index = { channels, items: MOST_PARENTS, heldOut: null, sketches };
    const spentMs = Array.from({ length: SAMPLES }, (_, seed) => {
      const sample = Uint8Array.from(uniforms(seed, 'sample', size), (share) => Math.floor(256 * share));
      const started = process.cpuUsage();
      if (nearestParents(index, sample, PARENTS).length !== PARENTS) throw new Error('parents are missing');
      const { user, system } = process.cpuUsage(started);
      return (user + system) / 1e3;
    });
    return lowerIsBetter({
      ...{
        metric: `the ${PARENTS} nearest of a million training items, ${channels === 1 ? 'grey' : 'colour'}, CPU time`,
      },
      ...{ unit: 'ms', ours: Math.min(...spentMs), peer: LIMIT_MS, peerName: 'the limit', goal: 1 },
    });
  });
}
