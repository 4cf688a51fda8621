// Copies are planted among clean pictures, and ours and cleanvision are asked for the pairs. Those in another class are
// a conflict of labels, which the peer does not look for.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import * as z from 'zod';
import { AssembleRequest } from '#core/snapshot/messages.ts';
import { FACTS_FILE, QualityFacts } from '#core/snapshot/quality/facts.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { cleanImages } from '#stages/clean/image.ts';
import { index } from '#stages/index/stage.ts';
import { intake } from '../test/fixtures/ingest.ts';
import { zipOf } from '../test/fixtures/pictures.ts';
import type { Benchmark } from './benchmark.ts';
import { checkWithCleanvision } from './peer/cleanvision.ts';
import { type Pair, type PlantedCopies, plantedCopies } from './planted/copies.ts';
import { type Score, scoreOf, scoreRows } from './planted/score.ts';

const OF_EACH = 12;
const CONFIG = 'kind: image\nimage: { width: 64, height: 64, channels: 3 }\nlabels: folder\n';
const IndexRow = z.object({ path: z.string(), duplicateOf: z.string().nullable(), likeness: z.number().nullable() });

type Found = { readonly equal: readonly Pair[]; readonly near: readonly Pair[] };

export const plantedCopiesFound: Benchmark = {
  sentence: 'Planted copies of pictures, equal, almost equal and in another class: F1 of the pairs beside cleanvision.',
  async run() {
    const scratch = mkdtempSync(join(tmpdir(), 'goldpan-planted-copies-'));
    try {
      const planted = await plantedCopies(OF_EACH);
      const ours = await findOurs(planted, scratch);
      const { sets, version } = checkWithCleanvision(writeAll(planted, join(scratch, 'pictures')));
      const theirs = { equal: sets.exact.flatMap(pairsOf), near: sets.near.flatMap(pairsOf) };
      const copies = [...planted.equal, ...planted.near];
      const rows = (['equal', 'near'] as const).flatMap((kind) => {
        // An equal pair among the near ones, or the other way round, is another finding's miss, but no false alarm.
        const others = copies.filter((pair) => !planted[kind].includes(pair));
        const score = (found: Found) => scorePairs(planted[kind], without(found[kind], others));
        return scoreRows(`copies: ${kind}`, score(ours), { name: 'cleanvision', score: score(theirs) });
      });
      const conflicts = scoreRows('copies: label conflict', scorePairs(planted.conflicting, ours.conflicting));
      return { versions: { cleanvision: version }, rows: [...rows, ...conflicts] };
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
};

/** The whole way to a snapshot: dropped as one archive, cleaned, lined up. */
async function findOurs({ files }: PlantedCopies, scratch: string): Promise<Found & { conflicting: Pair[] }> {
  const into = intake();
  await into.dropObject('d/dataset.yaml', CONFIG);
  await into.dropObject('d/pictures.zip', await zipOf(Object.fromEntries(files)));
  for (const message of into.queue.splice(0)) await cleanImages(message, into);
  const request = AssembleRequest.parse({ dataset: 'd', trigger: 'manual' });
  const { snapshotId } = await index({ ...into, scratch })(request);
  const items = await into.data.get(keys.snapshot('d', snapshotId, 'items.parquet'));
  const file = new Uint8Array(items?.body ?? []).buffer;
  const found = z.array(IndexRow).parse(await parquetReadObjects({ file }));
  const facts = await readJson(into.data, keys.snapshot('d', snapshotId, FACTS_FILE), QualityFacts);
  const pairs = (equal: boolean) =>
    found.flatMap(({ path, duplicateOf, likeness }): Pair[] =>
      duplicateOf !== null && (likeness === 1) === equal ? [[duplicateOf, path]] : [],
    );
  const conflicting = facts?.value.conflicts.flatMap(({ items }) => pairsOf(items.map(({ path }) => path))) ?? [];
  return { equal: pairs(true), near: pairs(false), conflicting };
}

function writeAll({ files }: PlantedCopies, folder: string): string {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

function pairsOf(paths: readonly string[]): Pair[] {
  return paths.flatMap((path, i) => paths.slice(i + 1).map((other): Pair => [path, other]));
}

function without(found: readonly Pair[], others: readonly Pair[]): Pair[] {
  const names = new Set(others.map(nameOf));
  return found.filter((pair) => !names.has(nameOf(pair)));
}

function scorePairs(planted: readonly Pair[], found: readonly Pair[]): Score {
  const wanted = new Set(planted.map(nameOf));
  const said = new Set(found.map(nameOf));
  const hits = [...said].filter((name) => wanted.has(name)).length;
  return scoreOf({ hits, alarms: said.size - hits, planted: wanted.size });
}

function nameOf(pair: Pair): string {
  return pair.toSorted().join('\n');
}
