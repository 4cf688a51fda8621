// Measures how many edited copies of images are found among other images, and how many wrong pairs, beside imagededup.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { COPIES, type CopyName, copyOf, originalOf } from './near-images/copies.ts';
import { findWithOurs } from './near-images/ours.ts';
import { findWithImagededup, HASHES } from './peer/imagededup.ts';
import { photographsGiven, photographsOf } from './planted/photographs.ts';
import { cleanPicture, type Raw } from './planted/pictures.ts';

const ORIGINALS = 1200;
const COPIED = 240;
const LEAST_F1 = 0.9;
const NAMES = Object.keys(COPIES) as CopyName[];

type Score = { readonly precision: number; readonly recall: number; readonly f1: number };

export const nearImages: Benchmark = {
  sentence:
    'Near duplicates of pictures, saved again, rescaled, relit and cut: precision, recall and F1 beside imagededup.',
  async run() {
    const drawn = await compare('drawn', async (place) => cleanPicture(place));
    const zip = photographsGiven();
    if (!zip)
      process.stderr.write('near-images: GOLDPAN_BENCH_PHOTOGRAPHS names no zip: only drawn pictures are compared\n');
    const photographs = zip ? await compare('photographs', await photographsOf(zip, ORIGINALS)) : undefined;
    const versions = { imagededup: drawn.version, sharp: sharp.versions.sharp ?? '' };
    return { versions, rows: [...drawn.rows, ...(photographs?.rows ?? [])] };
  },
};

async function compare(set: string, pictureOf: (place: number) => Promise<Raw>) {
  const scratch = mkdtempSync(join(tmpdir(), 'goldpan-near-'));
  try {
    const folder = join(scratch, 'pictures');
    mkdirSync(folder);
    const originals: string[] = [];
    const copies = new Map(NAMES.map((name) => [name, [] as string[]]));
    for (let place = 0; place < ORIGINALS; place++) {
      const raw = await pictureOf(place);
      originals.push(`${place}.original`);
      writeFileSync(join(folder, `${place}.original`), await originalOf(raw));
      if (place % (ORIGINALS / COPIED) !== 0) continue;
      for (const name of NAMES) {
        const file = `${place}.${name}`;
        copies.get(name)?.push(file);
        writeFileSync(join(folder, file), await copyOf(name, raw, place / (ORIGINALS / COPIED)));
      }
    }
    const groups = Object.fromEntries(NAMES.map((name) => [name, [...originals, ...(copies.get(name) ?? [])]]));
    writeFileSync(join(scratch, 'groups.json'), JSON.stringify(groups));
    const ours = await findWithOurs(folder, groups);
    const peer = findWithImagededup(folder, join(scratch, 'groups.json'));
    const rows = NAMES.flatMap((name): Row[] => {
      const own = scoreOf(ours.found[name] ?? []);
      const f1 = { metric: `${set}: ${name}, f1`, unit: '', ours: own.f1 };
      return [
        higherIsBetter({ ...f1, peer: LEAST_F1, peerName: 'least', goal: 1 }),
        ...HASHES.flatMap((hash) => {
          const theirs = scoreOf(peer.found[hash][name] ?? []);
          const row = (what: keyof Score, goal: number) =>
            higherIsBetter({
              metric: `${set}: ${name}, ${what}`,
              unit: '',
              ours: own[what],
              peer: theirs[what],
              peerName: `imagededup ${hash}`,
              goal,
            });
          return [row('precision', 0), row('recall', 0), row('f1', 1)];
        }),
      ];
    });
    const pictures = originals.length + COPIED * NAMES.length;
    for (const hash of HASHES) {
      const { naming, finding } = peer.cpu[hash];
      const row = { unit: 'CPU s', peerName: `imagededup ${hash}` };
      const metric = `${set}: from names to pairs, ${pictures} pictures`;
      rows.push(
        lowerIsBetter({ ...row, metric, ours: ours.cpu.finding, peer: finding, goal: 0 }),
        lowerIsBetter({
          ...row,
          metric: `${set}: from files to pairs (ours cleans and judges, too), ${pictures} pictures`,
          ours: ours.cpu.cleaning + ours.cpu.finding,
          peer: naming + finding,
          goal: 0,
        }),
      );
    }
    return { version: peer.version, rows };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A pair is right where both are of one picture; each copy is one that should be found. */
function scoreOf(pairs: readonly (readonly [string, string])[]): Score {
  const pictureOf = (file: string) => file.slice(0, file.indexOf('.'));
  const hits = pairs.filter(([a, b]) => pictureOf(a) === pictureOf(b)).length;
  const precision = pairs.length === 0 ? 0 : hits / pairs.length;
  const recall = hits / COPIED;
  return { precision, recall, f1: hits === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}
