// Reads the clips of a request: files of this machine, or items of the snapshot on which the model was trained.
import { existsSync, readFileSync } from 'node:fs';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { COMPRESSED, findSound } from '#core/kinds/audio/decode/find-sound.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { GivenItem } from '#core/model/messages/endpoint-api.ts';
import type { Store } from '#core/store/store.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { readSnapshotItem } from './snapshot-item.ts';

/** `labels`: in the order of the items. Throws ClientFailure for a file that the endpoint does not read, and for an unknown id. */
export async function readGivenClips(
  data: Store,
  card: CardOf<'audio'>,
  items: readonly string[],
  labels: readonly string[],
): Promise<GivenItem[]> {
  const { sampleRate, seconds } = card.input;
  const content = { holds: 'samples', size: Math.round(sampleRate * seconds) } as const;
  const read: GivenItem[] = [];
  for (const [place, name] of items.entries()) {
    const file = existsSync(name) ? { bytes: readFile(name), label: null } : undefined;
    const item = file ? undefined : await readSnapshotItem<Int16Array>(data, card, name, content);
    const bytes = file?.bytes ?? writeWav(item?.values ?? new Int16Array(), sampleRate);
    const label = labels[place] ?? item?.label ?? null;
    read.push({ sound: Buffer.from(bytes).toString('base64'), ...(label !== null && { label }) });
  }
  return read;
}

function readFile(path: string): Uint8Array {
  const bytes = readFileSync(path);
  const { type, name } = findSound(bytes);
  if (type !== undefined && !COMPRESSED.some((one) => one === type)) return bytes;
  throw new ClientFailure(`${path} is ${name}; clips are given as WAV, AIFF, CAF or AU.`, {
    next: `Convert it: ffmpeg -i ${path} clip.wav`,
    exitCode: EXIT.usage,
  });
}
