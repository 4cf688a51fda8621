// Compares decoded images of every mode and sounds of every codec with Pillow and FFmpeg (PyAV).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSound } from '#core/kinds/audio/decode/decode.ts';
import { openDecoder } from '#core/kinds/audio/decode/decoder.ts';
import { decodeImage, resizeImage } from '#core/kinds/image/decode.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter } from './benchmark.ts';
import { askPython } from './peer/python-environment.ts';

const VERSIONS = {
  pillow: '13.0.0',
  'pillow-heif': '1.8.1',
  av: '18.1.0',
  soundfile: '0.14.0',
  numpy: '2.4.6',
} as const;
const PEER = {
  name: 'decoded-media',
  packages: Object.entries(VERSIONS).map(([name, version]) => `${name}==${version}`),
  script: 'decoded_media.py',
};
const DECODE_PROCESS = join(import.meta.dirname, '../functions/clean-audio/decode-process.ts');
const SHAPE = { width: 64, height: 48, channels: 3, fit: 'fill' } as const;
/** Limit of the mean error of an image, in levels of 255. */
const MOST_PICTURE_ERROR = 1;
/** Limit of the root mean square error of a sound: 80 dB below full scale. */
const MOST_SOUND_ERROR = 1e-4;

type Made = { readonly pictures: readonly string[]; readonly sounds: readonly string[] };
type Errors = { readonly pictures: Record<string, number>; readonly sounds: Record<string, number> };

export const decodedMedia: Benchmark = {
  sentence:
    'Pixels of pictures of every mode beside Pillow after the same resize, samples of every codec beside FFmpeg.',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-decoded-'));
    try {
      const made = askPython<Made>(PEER, [folder, 'make']);
      const pictures = await decodedPictures(folder, made.pictures);
      const sounds = await decodedSounds(folder, made.sounds);
      writeFileSync(join(folder, 'asked.json'), JSON.stringify({ ...SHAPE, pictures, sounds }));
      const errors = askPython<Errors>(PEER, [folder, 'compare']);
      return {
        versions: VERSIONS,
        rows: [
          ...rowsOf('pictures', made.pictures, errors.pictures, MOST_PICTURE_ERROR, 'mean error of 255'),
          ...rowsOf('sounds', made.sounds, errors.sounds, MOST_SOUND_ERROR, 'root mean square error'),
        ],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function rowsOf(what: string, made: readonly string[], errors: Record<string, number>, most: number, measure: string) {
  const all = made.map((name) => [name, errors[name] ?? Number.POSITIVE_INFINITY] as const);
  const far = all.filter(([, error]) => !(error <= most)).sort((a, b) => b[1] - a[1]);
  const near = all.filter(([, error]) => error <= most).map(([, error]) => error);
  process.stderr.write(`${what} further than ${most}: ${JSON.stringify(far)}\n`);
  return [
    higherIsBetter({
      metric: `${what} within ${most}`,
      unit: 'files',
      ours: near.length,
      peer: all.length,
      peerName: 'all',
      goal: 1,
    }),
    lowerIsBetter({
      metric: `largest ${measure} of those ${what}`,
      unit: '',
      ours: Math.max(...near),
      peer: most,
      peerName: 'limit',
      goal: 1,
    }),
  ];
}

/** The names of those that are read. */
async function decodedPictures(folder: string, names: readonly string[]): Promise<string[]> {
  const read: string[] = [];
  for (const name of names) {
    const decoded = await decodeImage(new Uint8Array(readFileSync(join(folder, name))), name, SHAPE);
    if (!decoded.ok) continue;
    const { pixels } = await resizeImage(decoded.image.picture, SHAPE);
    writeFileSync(join(folder, `${name}.rgb`), pixels);
    read.push(name);
  }
  return read;
}

async function decodedSounds(folder: string, names: readonly string[]): Promise<string[]> {
  const decoder = openDecoder(DECODE_PROCESS);
  const read: string[] = [];
  try {
    for (const name of names) {
      const decoded = await decodeSound(new Uint8Array(readFileSync(join(folder, name))), decoder.decode);
      if (!decoded.ok) continue;
      const [first] = decoded.sound.channels;
      writeFileSync(join(folder, `${name}.f32`), new Uint8Array(first.buffer, first.byteOffset, first.byteLength));
      read.push(name);
    }
  } finally {
    decoder.close();
  }
  return read;
}
