// The program that an engine pipes rows through: node kernel.mjs MODE [SETTINGS] < rows > answers, as a bundle without packages.
//   places FILE, pack FILE            hashes, counted by their pages, or many of one page in a row
//   band-places FILE, pack-bands FILE, left-bands FILE   bands likewise; those that are left to the engine
//   meet-bands                        items that share a band
//   near MAX_DISTANCE PAGE_BITS       near hashes in pages
//   verify image|audio|text LIKENESS  the similarity of pairs of fingerprints
//   count FILE                        orders of measures by their leading bits
//   observe FILE, outlying FILE       bins, remoteness and outliers; a file of settings is beside the program or at a path
//   decide                            the program of the driver, which talks to decide.py
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isLikenessName, type LikenessName } from '#core/similarity/likenesses.ts';
import { decide } from '../spark/decide.ts';
import type { DecideSettings } from '../spark/decide-settings.ts';
import { openEngine } from '../spark/engine.ts';
import { type BandSettings, countBands, leftBands, meetBands, packBands } from './bands.ts';
import { type CountSettings, count } from './count.ts';
import { answerLines, LineError, type Work } from './lines.ts';
import { near } from './near.ts';
import { type ObserveSettings, observe } from './observe.ts';
import { type OutlyingSettings, outlying } from './outlying.ts';
import { countPlaces, type PackSettings, type PlacesSettings, pack } from './pack.ts';
import { verify } from './verify.ts';

/** 64: the arguments are wrong. 65: a line is not understood. 70: anything else. */
const EXIT = { usage: 64, line: 65, failed: 70 } as const;
const USAGE =
  'near MAX_DISTANCE PAGE_BITS, verify image|audio|text LIKENESS, places FILE, pack FILE, band-places FILE, pack-bands FILE, left-bands FILE, meet-bands, count FILE, observe FILE, outlying FILE or decide';

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`goldpan kernel: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof LineError ? EXIT.line : EXIT.failed;
}

async function run([mode, first = '', second = '']: readonly string[]): Promise<void> {
  if (mode === 'decide') {
    try {
      const { engine, settings } = await openEngine<DecideSettings>(process.stdin, process.stdout);
      await decide(engine, settings);
    } finally {
      // The engine waits for more lines until this end is closed, also after an error.
      process.stdin.destroy();
    }
    return;
  }
  const work = workOf(mode, first, second);
  if (work) await answerLines(process.stdin, process.stdout, work);
  else {
    process.stderr.write(`goldpan kernel: use ${USAGE}\n`);
    process.exitCode = EXIT.usage;
  }
}

function workOf(mode: string | undefined, first: string, second: string): Work | undefined {
  const isNumber = (text: string) => text !== '' && Number.isFinite(Number(text));
  if (mode === 'near' && isNumber(first) && isNumber(second))
    return (emit) => near({ maxDistance: Number(first), pageBits: Number(second) }, emit);
  if (mode === 'verify' && isLikenessName(first) && isNumber(second))
    return (emit) => verify(first as LikenessName, Number(second), emit);
  if (mode === 'places' && first) return (emit) => countPlaces(settingsIn<PlacesSettings>(first), emit);
  if (mode === 'band-places' && first) return (emit) => countBands(settingsIn<BandSettings>(first), emit);
  if (mode === 'pack-bands' && first) return (emit) => packBands(settingsIn<BandSettings>(first), emit);
  if (mode === 'left-bands' && first) return (emit) => leftBands(settingsIn<BandSettings>(first), emit);
  if (mode === 'meet-bands') return meetBands;
  if (mode === 'pack' && first) return (emit) => pack(settingsIn<PackSettings>(first), emit);
  if (mode === 'count' && first) return (emit) => count(settingsIn<CountSettings>(first), emit);
  if (mode === 'observe' && first) return (emit) => observe(settingsIn<ObserveSettings>(first), emit);
  if (mode === 'outlying' && first) return (emit) => outlying(settingsIn<OutlyingSettings>(first), emit);
  return undefined;
}

/** Reads a settings file, which Spark puts beside the program on every machine. */
function settingsIn<T>(file: string): T {
  return JSON.parse(readFileSync(resolve(dirname(process.argv[1] as string), file), 'utf8')) as T;
}
