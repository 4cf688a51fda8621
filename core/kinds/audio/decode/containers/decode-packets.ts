// Decodes the packets of a sound by FFmpeg, with silence for those that cannot be decoded.
import type { Libav, Packet } from '@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.js';
import { joinPieces, type Piece } from '../codec.ts';
import { type DecodedSound, MOST_SAMPLES, unreadable } from '../sound.ts';
import { frameSamples } from './frame-samples.ts';

/** Largest share of damaged packets; above it, the file is refused as corrupt. */
const MOST_LOST = 0.5;
/** A file that is shorter than it says by more than this is truncated: containers round, and encoders fill up. */
const MISSING_SHARE = 0.02;
const MISSING_SECONDS = 0.1;

type Decoded = { readonly pieces: readonly Piece[]; readonly lostPackets: number; readonly packets: number };

/** `codec`: its number or name. `parameters`: AVCodecParameters, 0 where the packets tell them. Stops at the limit on samples. */
export async function decodePackets(
  libav: Libav,
  codec: number | string,
  parameters: number,
  packets: AsyncIterable<readonly Packet[]>,
): Promise<Decoded> {
  const [, context, packet, frame] = await libav.ff_init_decoder(codec, parameters);
  const pieces: Piece[] = [];
  let counted = 0;
  let lostPackets = 0;
  let samples = 0;
  const take = async (some: readonly Packet[], isEnd: boolean) => {
    for (const one of await libav.ff_decode_multi(context, packet, frame, some, isEnd)) {
      const piece = frameSamples(one);
      if (!piece || one.nb_samples === 0) continue;
      samples += one.nb_samples * one.channels;
      pieces.push(piece);
    }
  };
  for await (const some of packets)
    for (const one of some) {
      if (samples > MOST_SAMPLES) break;
      counted++;
      try {
        await take([one], false);
      } catch {
        lostPackets++;
        const last = pieces.at(-1);
        if (last) pieces.push({ ...last, channelData: last.channelData.map(({ length }) => new Float32Array(length)) });
      }
    }
  if (samples <= MOST_SAMPLES) await take([], true).catch(() => undefined);
  libav.ff_free_decoder(context, packet, frame);
  return { pieces, lostPackets, packets: counted };
}

/** The sound with what is known of its damage. `declared`: seconds, as the file says. */
export function soundOf({ pieces, lostPackets, packets }: Decoded, declared = 0): DecodedSound {
  if (lostPackets > packets * MOST_LOST)
    return unreadable('audio.corrupt', `${packets - lostPackets} of ${packets} packets are whole`);
  const joined = joinPieces(pieces);
  if (!joined.ok) return joined;
  const { sound } = joined;
  const seconds = sound.channels[0].length / sound.sampleRate;
  const isCut = seconds < declared * (1 - MISSING_SHARE) - MISSING_SECONDS;
  return {
    ok: true,
    sound: {
      ...sound,
      truncated: isCut ? `${seconds.toFixed(2)} of ${declared.toFixed(2)} s` : undefined,
      ...(lostPackets > 0 && { lost: { seconds: (seconds * lostPackets) / packets, of: seconds } }),
    },
  };
}
