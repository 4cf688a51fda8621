// Compares the cleaning of small and large images (decode, measure, judge, hash, resize, write) with the checks of cleanvision.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Benchmark, higherIsBetter, median, type Row } from './benchmark.ts';
import { PICTURES } from './clean-images/contest.ts';
import { cleanPicture } from './planted/pictures.ts';
import { interleavedRounds } from './rounds.ts';

const ROUNDS = 5;
const SMALL = { count: 1500, side: 64, goal: 1.5 };
const LARGE = { count: 6, width: 4000, height: 3000, goal: 10 };
const CONTESTANTS = {
  ours: join(import.meta.dirname, 'clean-images/ours.ts'),
  peer: join(import.meta.dirname, 'clean-images/cleanvision.ts'),
};

export const cleanImages: Benchmark = {
  sentence: 'Cleaning 64-pixel PNGs and 12-megapixel JPEGs: pictures a processor second beside cleanvision.',
  async run() {
    const small = await contest('64 px PNG', SMALL.goal, async (folder) => {
      for (let i = 0; i < SMALL.count; i++) {
        const bytes = await open(i).resize(SMALL.side, SMALL.side, { fit: 'fill' }).png().toBuffer();
        writeFileSync(join(folder, `${i}.png`), bytes);
      }
    });
    const large = await contest('12 MP JPEG', LARGE.goal, async (folder) => {
      for (let i = 0; i < LARGE.count; i++) {
        const bytes = await open(i).resize(LARGE.width, LARGE.height, { fit: 'fill' }).jpeg({ quality: 90 }).toBuffer();
        writeFileSync(join(folder, `${i}.jpg`), bytes);
      }
    });
    return { versions: { ...small.versions }, rows: [...small.rows, ...large.rows] };
  },
};

async function contest(metric: string, goal: number, fill: (folder: string) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-pictures-'));
  try {
    await fill(folder);
    process.env[PICTURES] = folder;
    const { ours, peer } = await interleavedRounds(CONTESTANTS, ROUNDS);
    const rows: Row[] = (['itemsPerCpuSecond', 'itemsPerSecond'] as const).map((name) =>
      higherIsBetter({
        metric: `${metric}, ${name === 'itemsPerSecond' ? 'by the clock' : 'by the processor'}`,
        unit: 'pictures/s',
        ours: median(ours.map((round) => round[name])),
        peer: median(peer.map((round) => round[name])),
        peerName: 'cleanvision',
        goal: name === 'itemsPerSecond' ? 1 : goal,
      }),
    );
    return { versions: { sharp: ours[0]?.version ?? '', cleanvision: peer[0]?.version ?? '' }, rows };
  } finally {
    delete process.env[PICTURES];
    rmSync(folder, { recursive: true, force: true });
  }
}

function open(seed: number) {
  const { pixels, width, height } = cleanPicture(seed);
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
