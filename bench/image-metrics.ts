// Compares the image metrics with independent implementations on the same data: the differences, and the time on one thread.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normals, uniforms } from '#core/base/random.ts';
import { ssim } from '#core/similarity/fidelity/ssim.ts';
import { blur } from '../containers/trainer/evaluate/image/degrade.ts';
import { fid } from '../containers/trainer/evaluate/shared/fid.ts';
import { kid } from '../containers/trainer/evaluate/shared/kid.ts';
import type { Matrix } from '../containers/trainer/evaluate/shared/matrix.ts';
import { neighbourhood } from '../containers/trainer/evaluate/shared/neighbours.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, median, type Row } from './benchmark.ts';
import { measureWithPeers, type PeerMetrics } from './peer/image-metrics.ts';

const ROWS = 1_000;
const COLUMNS = 64;
const IMAGES = 200;
const SIDE = 28;
const ROUNDS = 5;
/** Allowed relative differences. */
const TOLERANCE = 1e-4;

export const imageMetrics: Benchmark = {
  sentence: 'KID, FID, precision to coverage and SSIM beside numpy, scipy, prdc and scikit-image: agreement and time',
  async run() {
    const [real, drawn] = [features('real', 0, 1), features('drawn', 0.2, 1.1)];
    const size = { width: SIDE, height: SIDE, channels: 1 } as const;
    const bytes = Uint8Array.from(uniforms(1, 'images', IMAGES * SIDE * SIDE), (u) => Math.floor(256 * u));
    const images = { items: IMAGES, size: SIDE * SIDE, bytes };
    const worse = blur(images, size, 0.7);
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-metrics-'));
    for (const [name, values] of Object.entries({ 'real.f32': real.values, 'drawn.f32': drawn.values })) {
      writeFileSync(join(folder, name), new Uint8Array(values.buffer));
    }
    writeFileSync(join(folder, 'images.u8'), images.bytes);
    writeFileSync(join(folder, 'worse.u8'), worse.bytes);
    const work: Record<string, () => Record<string, number>> = {
      kid: () => ({ kid: kid(real, drawn) }),
      fid: () => ({ fid: fid(real, drawn) }),
      neighbourhood: () => ({ ...neighbourhood(real, drawn) }),
      ssim: () => ({ ssim: ssim(images, worse, size) }),
    };
    const ours: Record<string, number> = {};
    const seconds = new Map(Object.keys(work).map((name) => [name, [] as number[]]));
    const peers: PeerMetrics[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, measure] of Object.entries(work)) {
        const startedMs = performance.now();
        Object.assign(ours, measure());
        seconds.get(name)?.push((performance.now() - startedMs) / 1000);
      }
      peers.push(measureWithPeers(folder, ROWS, COLUMNS, SIDE));
    }
    rmSync(folder, { recursive: true });
    const { values, versions } = peers[0] as PeerMetrics;
    const timing = [...seconds].map(([name, taken]) =>
      lowerIsBetter({
        metric: `${name}, ${name === 'ssim' ? `${IMAGES} images` : `${ROWS} rows of ${COLUMNS}`}`,
        unit: 's',
        ours: median(taken),
        peer: median(peers.map((peer) => peer.seconds[name] as number)),
        peerName: name === 'neighbourhood' ? 'prdc' : name === 'ssim' ? 'scikit-image' : 'numpy, one thread',
        goal: 0,
      }),
    );
    return {
      versions,
      rows: [...Object.entries(values).map(([name, peer]) => agreement(name, ours[name] as number, peer)), ...timing],
    };
  },
};

/** Returns a row whose ratio is the allowed difference divided by the measured one. */
function agreement(name: string, ours: number, peer: number): Row {
  const apart = Math.abs(ours - peer) / Math.max(Math.abs(peer), TOLERANCE);
  const row = higherIsBetter({ metric: name, unit: 'value', ours, peer, peerName: 'reference', goal: 1 });
  const ratio = TOLERANCE / Math.max(apart, Number.EPSILON);
  return { ...row, ratio, holds: ratio >= 1 };
}

function features(stream: string, shift: number, scale: number): Matrix {
  const values = normals(1, stream, ROWS * COLUMNS).map((value) => value * scale + shift);
  return { rows: ROWS, columns: COLUMNS, values };
}
