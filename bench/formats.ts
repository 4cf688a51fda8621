// Compares the speed of reading each format with Pillow, FFmpeg (PyAV) and pandas, in megabytes of the file per CPU second.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeAdts } from '#core/kinds/audio/decode/containers/decode-adts.ts';
import { decodeAmr } from '#core/kinds/audio/decode/containers/decode-amr.ts';
import { decodeContainer } from '#core/kinds/audio/decode/containers/decode-container.ts';
import { decodeSound } from '#core/kinds/audio/decode/decode.ts';
import { decodeFlac } from '#core/kinds/audio/decode/decode-flac.ts';
import { decodeMpeg } from '#core/kinds/audio/decode/decode-mpeg.ts';
import type { Compressed } from '#core/kinds/audio/decode/find-sound.ts';
import type { DecodedSound } from '#core/kinds/audio/decode/sound.ts';
import { findFormat } from '#core/kinds/formats/find-format.ts';
import { FORMATS } from '#core/kinds/formats/register.ts';
import { decodeImage } from '#core/kinds/image/decode.ts';
import { cpuMs } from '#core/kinds/processes/process-usage.ts';
import { convertTable, isConverted } from '#core/kinds/table/convert/convert-table.ts';
import { unpackFile } from '#core/kinds/table/convert/unpack/unpack-file.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { askPython } from './peer/python-environment.ts';

const VERSIONS = {
  pillow: '13.0.0',
  'pillow-heif': '1.8.1',
  imagecodecs: '2026.3.6',
  av: '18.1.0',
  numpy: '2.4.6',
  pandas: '3.1.1',
  pyarrow: '26.0.1',
  fastavro: '1.13.1',
  openpyxl: '3.1.5',
  odfpy: '1.4.1',
  lxml: '6.1.3',
  zstandard: '0.25.0',
} as const;
const PEER = {
  name: 'formats',
  packages: Object.entries(VERSIONS).map(([name, version]) => `${name}==${version}`),
  script: 'format_speed.py',
};
const PEER_NAMES = { pictures: 'Pillow', sounds: 'PyAV', tables: 'pandas' } as const;
const TIMES = 2;
const CONFIG = { width: 256, height: 256, channels: 3, fit: 'cover' } as const;
const DECODE_PROCESS = join(import.meta.dirname, '../functions/clean-audio/decode-process.ts');
/** Reads in this process what a deployment reads in a separate one, so that the CPU time is measured here. */
const DECODERS: Readonly<Partial<Record<Compressed, (bytes: Uint8Array) => Promise<DecodedSound>>>> = {
  mp4: (bytes) => decodeContainer(bytes, 'mp4'),
  matroska: (bytes) => decodeContainer(bytes, 'matroska'),
  adts: decodeAdts,
  amr: decodeAmr,
  flac: decodeFlac,
  mp3: decodeMpeg,
};

type Kind = keyof typeof PEER_NAMES;
type Read = (folder: string, name: string) => Promise<boolean>;

const READ: { readonly [Name in Kind]: Read } = {
  pictures: async (folder, name) =>
    (await decodeImage(new Uint8Array(readFileSync(join(folder, name))), name, CONFIG)).ok,
  sounds: async (folder, name) => {
    const decode = async (bytes: Uint8Array, type: Compressed) =>
      DECODERS[type]?.(bytes) ?? { ok: false as const, code: 'audio.corrupt' as const, given: type };
    return (await decodeSound(new Uint8Array(readFileSync(join(folder, name))), decode)).ok;
  },
  tables: async (folder, name) => {
    const file = join(folder, name);
    const bytes = readFileSync(file);
    const format = await findFormat({ start: bytes.subarray(0, 4096), path: name, size: bytes.length });
    if (!format || format === FORMATS.gzip) return false;
    if (isConverted(format)) await convertTable({ file, path: name, folder, sheet: undefined }, format);
    else await unpackFile({ file, path: name, to: join(folder, 'unpacked') }, format);
    return true;
  },
};

/** Photos of 12 megapixels, brought to 256 x 256 by both. */
export const formatsPictures = benchmarkOf(
  'pictures',
  'Megabytes of each format of pictures that are read in a second of CPU time, beside Pillow.',
);
/** Three minutes of each, and what it costs to start a process for a short clip. */
export const formatsSounds = benchmarkOf(
  'sounds',
  'Megabytes of each format of sounds that are read in a second of CPU time, beside PyAV.',
  startOfProcess,
);
/** Tables of 50,000 rows, as text that DuckDB then reads; pandas makes a data frame. */
export const formatsTables = benchmarkOf(
  'tables',
  'Megabytes of each format of tables that are read in a second of CPU time, beside pandas.',
);

function benchmarkOf(kind: Kind, sentence: string, more?: (folder: string) => Promise<Row>): Benchmark {
  return {
    sentence,
    async run() {
      const folder = mkdtempSync(join(tmpdir(), 'goldpan-formats-'));
      const work = mkdtempSync(join(tmpdir(), 'goldpan-formats-work-'));
      try {
        const made = askPython<readonly string[]>(PEER, [folder, 'make', kind]);
        const seconds = askPython<Record<string, number>>(PEER, [folder, 'read', kind, JSON.stringify(made)]);
        const rows: Row[] = [];
        for (const name of made) {
          copyFileSync(join(folder, name), join(work, name));
          const megabytes = readFileSync(join(folder, name)).length / 1e6;
          const own = await cpuSeconds(() => READ[kind](work, name));
          if (own === undefined) {
            process.stderr.write(`${name} is not read apart from other work.\n`);
            continue;
          }
          rows.push(
            higherIsBetter({
              metric: name,
              unit: 'MB a CPU second',
              ours: megabytes / own,
              peer: megabytes / (seconds[name] as number),
              peerName: name.endsWith('.jxl') ? 'imagecodecs' : PEER_NAMES[kind],
              goal: 0.2,
            }),
          );
        }
        if (more) rows.push(await more(folder));
        return { versions: VERSIONS, rows };
      } finally {
        for (const one of [folder, work]) rmSync(one, { recursive: true, force: true });
      }
    },
  };
}

/** CPU time of a decoder's process from its start to its first sound, a clip of a second, beside a Python process that reads the same. */
async function startOfProcess(folder: string): Promise<Row> {
  const { file, cpuSeconds: peer } = askPython<{ file: string; cpuSeconds: number }>(PEER, [folder, 'start', 'sounds']);
  const times: number[] = [];
  for (let i = 0; i < TIMES + 1; i++) {
    const child = fork(DECODE_PROCESS, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.send({ id: 1, type: 'mp4', bytes: new Uint8Array(readFileSync(join(folder, file))) });
    for (let isDone = false; !isDone; ) {
      const [reply] = (await once(child, 'message')) as [{ readonly started: boolean }];
      isDone = !reply.started;
    }
    times.push(cpuMs(child));
    child.kill();
  }
  return lowerIsBetter({
    metric: 'a process and its first second of M4A',
    unit: 'CPU ms',
    ours: Math.min(...times),
    peer: peer * 1000,
    peerName: 'PyAV',
    goal: 0.2,
  });
}

/** Returns the lowest of several runs after a first one that loads libraries; undefined if the format is not read. */
async function cpuSeconds(read: () => Promise<boolean>): Promise<number | undefined> {
  const times: number[] = [];
  for (let i = 0; i <= TIMES; i++) {
    const start = process.cpuUsage();
    if (!(await read())) return undefined;
    const { user, system } = process.cpuUsage(start);
    if (i > 0) times.push((user + system) / 1e6);
  }
  return Math.min(...times);
}
