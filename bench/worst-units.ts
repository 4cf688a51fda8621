// The largest units that the planner makes, beside half of the time and memory of the function that cleans them; and large uploads up to
// their snapshots.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import * as z from 'zod';
import { LIMITS } from '#core/base/limits.ts';
import { uniforms } from '#core/base/random.ts';
import { zipOf } from '../test/fixtures/pictures.ts';
import { readDeployment } from '../test/fixtures/simulation/deployment.ts';
import { wavOf } from '../test/unit/core/kinds/audio/sounds.ts';
import { type Benchmark, lowerIsBetter, type Row } from './benchmark.ts';
import { runProgram } from './programs.ts';
import { MeasuredStage } from './worst-units/one-unit-output.ts';

const ROWS = Number(process.env.GOLDPAN_ROWS ?? 1_000_000);
const ONLY = process.env.GOLDPAN_UNITS?.split(',');
const MIB = 2 ** 20;
/** The memory that the functions need at most, which V8 is told to keep within. */
const HEAP_SHARE = 0.75;
/** Of what indexes more items than a function may. */
const WORKER_HEAP_MIB = 12_288;

const IMAGES = 'kind: image\nimage: { width: 64, height: 64, channels: 3 }\n';

type Upload = {
  readonly kind: string;
  readonly key: string;
  readonly yaml: string;
  readonly make: () => Promise<Uint8Array | Iterable<string>>;
  /** Every unit is cleaned and the snapshot sealed. Such an upload takes many minutes, so it has to be named by GOLDPAN_UNITS. */
  readonly whole?: true;
  /** @default what a function of 1,769 MiB has */
  readonly heapMiB?: number;
};

const UPLOADS: Readonly<Record<string, Upload>> = {
  'a word list': {
    kind: 'text',
    key: 'words.zip',
    yaml: 'kind: text\ntext: { unit: line }\n',
    make: async () => zipOf({ 'words.txt': Buffer.from(words(3, 400_000)) }),
  },
  'long lines': {
    kind: 'text',
    key: 'lines.txt',
    yaml: 'kind: text\ntext: { unit: line }\n',
    make: async () => Buffer.from(words(9, (40 * MIB) / 1_000, 100)),
  },
  'songs as WAV': {
    kind: 'audio',
    key: 'songs.zip',
    yaml: 'kind: audio\naudio: { sampleRate: 16000, seconds: 10 }\n',
    make: () => copies('wav', 40, clip(60 * 44_100, 44_100)),
  },
  'clips as WAV': {
    kind: 'audio',
    key: 'clips.zip',
    yaml: 'kind: audio\naudio: { sampleRate: 16000, seconds: 1 }\n',
    make: () => copies('wav', 520, clip(2 * 44_100, 44_100)),
  },
  'photos as AVIF': {
    kind: 'image',
    key: 'avif.zip',
    yaml: IMAGES,
    make: async () => copies('avif', 30, await photo(4_000, 3_000).avif({ effort: 0, quality: 70 }).toBuffer()),
  },
  'photos as PNG': {
    kind: 'image',
    key: 'png.zip',
    yaml: IMAGES,
    make: async () =>
      copies('png', 30, await photo(7_000, 7_000).png({ compressionLevel: 1, progressive: true }).toBuffer()),
  },
  'a table': {
    kind: 'table',
    key: 'rows.csv',
    yaml: 'kind: table\n',
    make: async () => table(ROWS),
    ...(ROWS > LIMITS.indexItems && { heapMiB: WORKER_HEAP_MIB }),
  },
  'a word list of 64 MiB to its snapshot': {
    kind: 'text',
    key: 'all-words.txt',
    yaml: 'kind: text\ntext: { unit: line }\n',
    make: async () => numberedWords(64 * MIB),
    whole: true,
    heapMiB: WORKER_HEAP_MIB,
  },
  'texts of 256 MiB in a zip to their snapshot': {
    kind: 'text',
    key: 'texts.zip',
    yaml: 'kind: text\ntext: { unit: file, maxLength: 1000000 }\n',
    make: () => zipOf(documents(256 * MIB)),
    whole: true,
  },
};

export const worstUnits: Benchmark = {
  sentence:
    'the largest unit of each kind, and a table of GOLDPAN_ROWS rows or what GOLDPAN_UNITS names up to its snapshot, beside their functions',
  async run() {
    const functions = new Map(readDeployment().functions.map((one) => [one.name, one]));
    const rows: Row[] = [];
    for (const [name, upload] of Object.entries(UPLOADS)) {
      if (ONLY ? !ONLY.includes(name) : upload.whole) continue;
      for (const { stage, items, cpuSeconds, peakMiB } of await measure(upload)) {
        const fn = functions.get(stage);
        if (!fn) throw new Error(`no function is called ${stage}`);
        const row = (what: string, unit: string, ours: number, peer: number) =>
          lowerIsBetter({
            metric: `${name}: ${stage}, ${items} items, ${what}`,
            unit,
            ours,
            peer,
            peerName: 'half',
            goal: 1,
          });
        rows.push(
          row('CPU time', 's', cpuSeconds, fn.timeoutMs / 2_000),
          row('memory', 'MiB', peakMiB, fn.memoryMiB / 2),
        );
      }
    }
    return { versions: {}, rows };
  },
};

async function measure({
  kind,
  key,
  yaml,
  make,
  whole,
  heapMiB = Math.floor(1_769 * HEAP_SHARE),
}: Upload): Promise<MeasuredStage[]> {
  const folder = mkdtempSync(join(tmpdir(), 'worst-unit-'));
  try {
    const [file, out] = [join(folder, key), join(folder, 'out.json')];
    writeInPieces(file, await make());
    const args = [kind, key, file, yaml, out, ...(whole ? ['whole'] : [])];
    await runProgram('worst-units/one-unit.ts', args, ['--expose-gc', `--max-old-space-size=${heapMiB}`]);
    return z.array(MeasuredStage).parse(JSON.parse(readFileSync(out, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Lines of so many words of so many letters. */
function words(letters: number, lines: number, wordsALine = 1): string {
  const draws = uniforms(1, 'words', 4_096);
  let at = 0;
  const word = () =>
    Array.from({ length: letters }, () =>
      String.fromCharCode(97 + Math.floor(26 * (draws[at++ % draws.length] as number))),
    ).join('');
  const known = Array.from({ length: 2_000 }, word);
  return Array.from({ length: lines }, (_, line) =>
    Array.from(
      { length: wordsALine },
      (_, i) => known[(line * 31 + i * (line % 97) + (line >> 11)) % known.length],
    ).join(' '),
  ).join('\n');
}

function clip(samples: number, sampleRate: number): Uint8Array {
  const noise = uniforms(1, 'noise', 8_192);
  const sound = Float32Array.from(
    { length: samples },
    (_, i) => 0.4 * Math.sin(i / 20) + 0.1 * (noise[i % 8_192] as number),
  );
  return wavOf(sound, { sampleRate });
}

function photo(width: number, height: number) {
  const noise = uniforms(1, 'shades', 65_536);
  const pixels = Buffer.alloc(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    pixels[4 * i] = (x >> 4) & 255;
    pixels[4 * i + 1] = (y >> 4) & 255;
    pixels[4 * i + 2] = 16 * (noise[i % 65_536] as number);
    pixels[4 * i + 3] = 255 - (x & 1);
  }
  return sharp(pixels, { raw: { width, height, channels: 4 } });
}

function copies(extension: string, count: number, bytes: Uint8Array): Promise<Uint8Array> {
  return zipOf(Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.${extension}`, bytes])), {
    compress: false,
  });
}

/** A string of this size is more than V8 allows, so lines come in pieces. */
function* table(rows: number): Iterable<string> {
  yield 'id,age,height,city,income,score,group,note\n';
  for (let i = 0; i < rows; i++)
    yield `${i},${18 + (i % 70)},${150 + (i % 400) / 10},city ${i % 5_000},${(i * 7919) % 100_000},${((i * 31) % 1_000) / 1_000},g${i % 20},a note of row ${i} about ${i % 977} so long that ten million lines are one GiB\n`;
}

/** Words of one line each, none twice. */
function* numberedWords(bytes: number): Iterable<string> {
  const letters = 26;
  for (let i = 0, made = 0; made < bytes; i++) {
    let [word, rest] = ['', (i * 7_919 + 1) % letters ** 6];
    for (; word.length < 6; rest = Math.floor(rest / letters)) word += String.fromCharCode(97 + (rest % letters));
    yield `${word}${'-of-the-list'.slice(0, i % 9)}\n`;
    made += word.length + (i % 9) + 1;
  }
}

/** Texts of 4 to 64 KB, so many bytes in all. */
function documents(bytes: number): Record<string, Uint8Array> {
  const draws = uniforms(1, 'documents', 65_536);
  const found: Record<string, Uint8Array> = {};
  const known = words(7, 20_000).split('\n');
  for (let i = 0, made = 0, at = 0; made < bytes; i++) {
    const wanted = 4_096 + Math.floor(61_440 * (draws[i % draws.length] as number));
    let text = `Text ${i}.`;
    while (text.length < wanted)
      text += ` ${known[Math.floor((draws[at++ % draws.length] as number) * known.length + i) % known.length]}`;
    found[`texts/${i}.txt`] = Buffer.from(`${text}.\n`);
    made += text.length;
  }
  return found;
}

function writeInPieces(file: string, content: Uint8Array | Iterable<string>): void {
  if (content instanceof Uint8Array) {
    writeFileSync(file, content);
    return;
  }
  const handle = openSync(file, 'w');
  let piece = '';
  for (const line of content) {
    piece += line;
    if (piece.length < MIB) continue;
    writeSync(handle, piece);
    piece = '';
  }
  writeSync(handle, piece);
  closeSync(handle);
}
