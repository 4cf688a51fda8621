// Known defects are planted in clean pictures, and ours and cleanvision are asked for them: precision and recall of each rule.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { DatasetFile, effectiveConfig } from '#core/kinds/config.ts';
import { cleanImage } from '#core/kinds/image/clean.ts';
import type { ImageDataset } from '#core/kinds/image/definition.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import type { Benchmark } from './benchmark.ts';
import { checkWithCleanvision } from './peer/cleanvision.ts';
import { photographsGiven, photographsOf } from './planted/photographs.ts';
import {
  cleanPicture,
  encodePicture,
  PLANTED_RULES,
  type PlantedPicture,
  type PlantedRule,
  plantedPictures,
  type Raw,
} from './planted/pictures.ts';
import { type Score, scoreOf, scoreRows } from './planted/score.ts';

const CLEAN = 300;
const OF_EACH = 40;
/** The peer takes odd sizes from the distribution; ours are bounds that somebody states. */
const CONFIG = DatasetFile.parse({
  kind: 'image',
  image: { width: 64, height: 64, channels: 3 },
  rules: { 'image.odd-size': { minSide: 64, maxSide: 800 } },
});
/** Ours tells a page of one tone from one with little on it; the peer has one name for both. */
const SAME: Partial<Record<IssueCode, PlantedRule>> = { 'image.near-uniform': 'image.low-information' };

type Flags = ReadonlyMap<string, ReadonlySet<string>>;

export const plantedImages: Benchmark = {
  sentence: 'Planted defects in pictures: precision, recall and F1 of each rule beside cleanvision.',
  async run() {
    const drawn = await compare('drawn', async (place) => cleanPicture(place));
    const zip = photographsGiven();
    const photographs = zip ? await compare('photographs', await plantedIn(zip)) : undefined;
    const versions = { cleanvision: drawn.version, sharp: sharp.versions.sharp ?? '' };
    return { versions, rows: [...drawn.rows, ...(photographs?.rows ?? [])] };
  },
};

async function compare(set: string, pictureOf: (place: number) => Promise<Raw>) {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-planted-'));
  try {
    const planted: PlantedPicture[] = [];
    for (let i = 0; i < CLEAN; i++) {
      const { bytes, ending } = await encodePicture(await pictureOf(10_000 + i), i);
      planted.push({ name: `clean-${i}.${ending}`, bytes });
    }
    for await (const picture of plantedPictures(OF_EACH, pictureOf)) planted.push(picture);
    for (const { name, bytes } of planted) writeFileSync(join(folder, name), bytes);
    const ours = await flagsOfOurs(planted);
    const { found, version } = checkWithCleanvision(folder);
    const theirs: Flags = new Map(Object.entries(found).map(([name, flags]) => [name, new Set(flags)]));
    const rows = (Object.keys(PLANTED_RULES) as PlantedRule[]).flatMap((code) =>
      scoreRows(`${set}: ${code}`, scoreOfRule(planted, code, ours, code), {
        name: 'cleanvision',
        score: scoreOfRule(planted, code, theirs, PLANTED_RULES[code]),
      }),
    );
    return { version, rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function flagsOfOurs(planted: readonly PlantedPicture[]): Promise<Flags> {
  const config = effectiveConfig(CONFIG, undefined) as ImageDataset;
  const flags = new Map<string, ReadonlySet<string>>();
  for (const { name, bytes } of planted) {
    const cleaned = await cleanImage({ path: name, ok: true, bytes }, config, name);
    const codes = cleaned.accepted ? cleaned.item.flags : cleaned.issues.map(({ code }) => code);
    flags.set(name, new Set(codes.map((code) => SAME[code] ?? code)));
  }
  return flags;
}

/** Of the clean pictures and those with this defect. */
function scoreOfRule(planted: readonly PlantedPicture[], code: PlantedRule, flags: Flags, name: string): Score {
  const found = (picture: PlantedPicture) => flags.get(picture.name)?.has(name) === true;
  const hits = planted.filter((picture) => picture.defect === code && found(picture)).length;
  const alarms = planted.filter((picture) => picture.defect === undefined && found(picture)).length;
  return scoreOf({ hits, alarms, planted: OF_EACH });
}

/** Clean pictures have numbers from 10,000 on; they and those with defects are all different ones. */
async function plantedIn(zip: string): Promise<(place: number) => Promise<Raw>> {
  const pictureOf = await photographsOf(zip, CLEAN + 7 * OF_EACH);
  return (place) => pictureOf(place >= 10_000 ? place - 10_000 : CLEAN + place);
}
