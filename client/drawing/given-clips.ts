// Reads the clips of a request: files of this machine, or items of the snapshot on which the model was trained.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { decodeSound } from '#core/kinds/audio/decode/decode.ts';
import { type AudioDecoder, openDecoder } from '#core/kinds/audio/decode/decoder.ts';
import { COMPRESSED, findSound } from '#core/kinds/audio/decode/find-sound.ts';
import { mixDown } from '#core/kinds/audio/measure.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { GivenItem } from '#core/model/messages/endpoint-api.ts';
import type { Store } from '#core/store/store.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { ROOT } from '../target.ts';
import { readSnapshotItem } from './snapshot-item.ts';

const DECODE_PROCESS = join(ROOT, 'functions', 'clean-audio', 'decode-process.ts');
const FULL_SCALE = 32_767;

/**
 * `labels`: in the order of the items. Sounds that the endpoint does not read (FLAC, MP3, Ogg, M4A and their like) are decoded here, by a
 * process of their own. Throws ClientFailure for a file that cannot be read, and for an unknown id.
 */
export async function readGivenClips(
  data: Store,
  card: CardOf<'audio'>,
  items: readonly string[],
  labels: readonly string[],
): Promise<GivenItem[]> {
  const { sampleRate, seconds } = card.input;
  const content = { holds: 'samples', size: Math.round(sampleRate * seconds) } as const;
  const read: GivenItem[] = [];
  const decoder = openDecoder(DECODE_PROCESS);
  try {
    for (const [place, name] of items.entries()) {
      const file = existsSync(name) ? { bytes: await readFile(name, decoder), label: null } : undefined;
      const item = file ? undefined : await readSnapshotItem<Int16Array>(data, card, name, content);
      const bytes = file?.bytes ?? writeWav(item?.values ?? new Int16Array(), sampleRate);
      const label = labels[place] ?? item?.label ?? null;
      read.push({ sound: Buffer.from(bytes).toString('base64'), ...(label !== null && { label }) });
    }
  } finally {
    decoder.close();
  }
  return read;
}

async function readFile(path: string, { decode }: AudioDecoder): Promise<Uint8Array> {
  const bytes = readFileSync(path);
  const { type } = findSound(bytes);
  // The endpoint reads what is not compressed by itself.
  if (type !== undefined && !COMPRESSED.some((one) => one === type)) return bytes;
  const decoded = await decodeSound(bytes, decode, path);
  if (decoded.ok) {
    const { mono } = mixDown(decoded.sound.channels);
    const samples = Int16Array.from(mono, (value) => Math.round(FULL_SCALE * Math.max(-1, Math.min(1, value))));
    return writeWav(samples, decoded.sound.sampleRate);
  }
  throw new ClientFailure(`${path} cannot be read as a sound (${decoded.given}).`, {
    next: decoded.remedy ?? `Convert it: ffmpeg -i ${path} clip.wav`,
    exitCode: EXIT.usage,
  });
}
