// Decodes AMR voice memos. The decoder makes noise of any bytes, so frames are validated first.
import { joinPieces, runCodec } from '../codec.ts';
import { type DecodedSound, unreadable } from '../sound.ts';
import { amrSeconds, walkAmr } from './amr-frames.ts';

export async function decodeAmr(bytes: Uint8Array): Promise<DecodedSound> {
  const walked = walkAmr(bytes);
  if (!walked) return unreadable('audio.type-not-allowed', 'AMR of several channels', 'AMR and AMR-WB of one channel');
  const { frames, end, isCut } = walked;
  const left = isCut ? 0 : bytes.length - end;
  if (frames === 0 || left > end) return unreadable('audio.corrupt', `${frames} frames of AMR, then other bytes`);
  const codec = await (await import('@audio/decode-amr')).decoder();
  const decoded = joinPieces(runCodec(codec, [bytes.subarray(0, end)]).pieces);
  if (!decoded.ok) return decoded;
  const seconds = amrSeconds(frames);
  const lost = left > 0 ? { lost: { seconds: (seconds * left) / end, of: (seconds * bytes.length) / end } } : {};
  const truncated = isCut ? `the last frame ends after ${bytes.length - end} bytes` : undefined;
  return { ok: true, sound: { ...decoded.sound, truncated, ...lost } };
}
