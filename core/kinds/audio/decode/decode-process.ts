// Decodes compressed audio in a separate process, so that a crash affects one clip only. It exchanges one sound at a time with its parent
// over the IPC channel.
import type { ChildReply } from '../../processes/limited-child.ts';
import { decodeAdts } from './containers/decode-adts.ts';
import { decodeAmr } from './containers/decode-amr.ts';
import { decodeContainer } from './containers/decode-container.ts';
import { decodeFlac } from './decode-flac.ts';
import { decodeMpeg } from './decode-mpeg.ts';
import { decodeOgg } from './decode-ogg.ts';
import type { Compressed } from './find-sound.ts';
import { type DecodedSound, unreadable } from './sound.ts';

const DECODERS: Readonly<Record<Compressed, (bytes: Uint8Array) => Promise<DecodedSound>>> = {
  flac: decodeFlac,
  mp3: decodeMpeg,
  oga: (bytes) => decodeOgg(bytes, 'oga'),
  opus: (bytes) => decodeOgg(bytes, 'opus'),
  'ogg-flac': (bytes) => decodeOgg(bytes, 'ogg-flac'),
  mp4: (bytes) => decodeContainer(bytes, 'mp4'),
  matroska: (bytes) => decodeContainer(bytes, 'matroska'),
  adts: decodeAdts,
  amr: decodeAmr,
};

export type DecodeRequest = { readonly id: number; readonly type: Compressed; readonly bytes: Uint8Array };
process.on('message', (request: DecodeRequest) => void answer(request));
process.on('disconnect', () => process.exit(0));

async function answer({ id, type, bytes }: DecodeRequest): Promise<void> {
  send({ id, started: true });
  const decoded = await DECODERS[type](bytes).catch(() => unreadable('audio.corrupt', `no valid ${type}`));
  send({ id, started: false, answer: decoded });
}

function send(reply: ChildReply<DecodedSound>): void {
  process.send?.(reply);
}
