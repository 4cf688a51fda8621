// Compares the speed of reading each format with Pillow, FFmpeg (PyAV) and pandas, in megabytes of the file per CPU second.
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
import { convertTable, isConverted } from '#core/kinds/table/convert/convert-table.ts';
import { unpackFile } from '#core/kinds/table/convert/unpack/unpack-file.ts';
import { type Benchmark, higherIsBetter } from './benchmark.ts';
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
const TIMES = 3;
const CONFIG = { width: 256, height: 256, channels: 3, fit: 'cover' } as const;
/** Reads in this process what a deployment reads in a separate one, so that the CPU time is measured here. */
const DECODERS: Readonly<Partial<Record<Compressed, (bytes: Uint8Array) => Promise<DecodedSound>>>> = {
  mp4: (bytes) => decodeContainer(bytes, 'mp4'),
  matroska: (bytes) => decodeContainer(bytes, 'matroska'),
  adts: decodeAdts,
  amr: decodeAmr,
  flac: decodeFlac,
  mp3: decodeMpeg,
};

type Made = { readonly [Kind in keyof typeof PEER_NAMES]: readonly string[] };
type Read = (folder: string, name: string) => Promise<boolean>;

const READ: { readonly [Kind in keyof Made]: Read } = {
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

export const formats: Benchmark = {
  sentence: 'Megabytes of each format that are read in a second of CPU time, beside Pillow, PyAV and pandas.',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-formats-'));
    const work = mkdtempSync(join(tmpdir(), 'goldpan-formats-work-'));
    try {
      const made = askPython<Made>(PEER, [folder, 'make']);
      const seconds = askPython<Record<string, number>>(PEER, [folder, 'read', JSON.stringify(made)]);
      const rows = [];
      for (const kind of Object.keys(PEER_NAMES) as (keyof Made)[])
        for (const name of made[kind]) {
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
      return { versions: VERSIONS, rows };
    } finally {
      for (const one of [folder, work]) rmSync(one, { recursive: true, force: true });
    }
  },
};

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
