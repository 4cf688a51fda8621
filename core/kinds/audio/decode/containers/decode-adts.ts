// Decodes raw AAC (ADTS), frame by frame.
import { type DecodedSound, unreadable } from '../sound.ts';
import { walkAdts } from './adts-frames.ts';
import { decodePackets, soundOf } from './decode-packets.ts';
import { withLibav } from './libav.ts';

/** Packets that are given to the decoder at once. */
const STEP = 64;

export async function decodeAdts(bytes: Uint8Array): Promise<DecodedSound> {
  const walked = walkAdts(bytes);
  if (!walked) return unreadable('audio.corrupt', 'no frames of AAC');
  const { frames, end, isCut } = walked;
  const left = isCut ? 0 : bytes.length - end;
  if (left > end) return unreadable('audio.corrupt', `${frames.length} frames of AAC, then other bytes`);
  const decoded = await withLibav(async (libav) =>
    soundOf(await decodePackets(libav, 'aac', 0, packetsOf(bytes, frames))),
  );
  if (!decoded) return unreadable('audio.corrupt', 'no valid AAC (ADTS)');
  if (!decoded.ok) return decoded;
  const { sound } = decoded;
  const seconds = sound.channels[0].length / sound.sampleRate;
  const lostSeconds = (sound.lost?.seconds ?? 0) + (seconds * left) / end;
  return {
    ok: true,
    sound: {
      ...sound,
      truncated: isCut ? `the last frame ends after ${bytes.length - end} bytes` : undefined,
      ...(lostSeconds > 0 && { lost: { seconds: lostSeconds, of: seconds + (seconds * left) / end } }),
    },
  };
}

async function* packetsOf(bytes: Uint8Array, frames: readonly { readonly at: number; readonly bytes: number }[]) {
  for (let i = 0; i < frames.length; i += STEP)
    yield frames.slice(i, i + STEP).map(({ at, bytes: length }) => ({ data: bytes.slice(at, at + length) }));
}
