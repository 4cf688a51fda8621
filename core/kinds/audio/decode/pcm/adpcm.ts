// ADPCM in WAV, four bits a sample: Microsoft's and IMA's (Microsoft, "Multimedia Data Standards Update", 1994).
import { type DecodedSound, refuseShape, unreadable } from '../sound.ts';

const MICROSOFT_ADAPTION = [230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230];
const MICROSOFT_FACTORS = [
  [256, 0],
  [512, -256],
  [0, 0],
  [192, 64],
  [240, 0],
  [460, -208],
  [392, -232],
] as const;
const IMA_INDEX = [-1, -1, -1, -1, 2, 4, 6, 8];
const IMA_STEPS = Int32Array.from(
  '7 8 9 10 11 12 13 14 16 17 19 21 23 25 28 31 34 37 41 45 50 55 60 66 73 80 88 97 107 118 130 143 157 173 190 209 230 253 279 307 337 371 408 449 494 544 598 658 724 796 876 963 1060 1166 1282 1411 1552 1707 1878 2066 2272 2499 2749 3024 3327 3660 4026 4428 4871 5358 5894 6484 7132 7845 8630 9493 10442 11487 12635 13899 15289 16818 18500 20350 22385 24623 27086 29794 32767'.split(
    ' ',
  ),
  Number,
);
const FULL = 2 ** 15;

export type AdpcmFormat = {
  readonly kind: 'microsoft' | 'ima';
  readonly sampleRate: number;
  readonly channels: number;
  readonly blockBytes: number;
};

/** Returns the samples of one channel in a block of this many bytes. */
export function samplesInBlock({ kind, channels }: Pick<AdpcmFormat, 'kind' | 'channels'>, bytes: number): number {
  if (kind === 'ima') return Math.max(0, Math.floor((bytes - 4 * channels) / (4 * channels)) * 8 + 1);
  return Math.max(0, Math.floor(((bytes - 7 * channels) * 2) / channels) + 2);
}

/** `data`: the blocks behind one another. Never throws. */
export function readAdpcm(data: Uint8Array, format: AdpcmFormat): DecodedSound {
  const { sampleRate, channels, blockBytes, kind } = format;
  const least = channels * (kind === 'ima' ? 4 : 7);
  if (!(channels >= 1 && channels <= 2 && blockBytes > least))
    return unreadable('audio.corrupt', `${channels} channels in blocks of ${blockBytes} bytes`);
  const blocks = Math.ceil(data.length / blockBytes);
  const refused = refuseShape(sampleRate, channels, blocks * samplesInBlock(format, blockBytes));
  if (refused) return refused;
  const decoded: number[][] = Array.from({ length: channels }, () => []);
  for (let at = 0; at < data.length; at += blockBytes) {
    const block = data.subarray(at, at + blockBytes);
    if (block.length <= least) break;
    if (kind === 'ima') imaBlock(block, channels, decoded);
    else if (!microsoftBlock(block, channels, decoded))
      return unreadable('audio.corrupt', 'a predictor that does not exist');
  }
  if (!decoded[0]?.length) return unreadable('audio.corrupt', 'no samples');
  const split = decoded.map((samples) => Float32Array.from(samples, (value) => value / FULL));
  return { ok: true, sound: { sampleRate, channels: split as unknown as [Float32Array] } };
}

function imaBlock(block: Uint8Array, channels: number, into: readonly number[][]): void {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const states = into.map((samples, channel) => {
    const value = view.getInt16(4 * channel, true);
    samples.push(value);
    return { value, index: Math.min(88, view.getUint8(4 * channel + 2)) };
  });
  const groups = Math.floor((block.length - 4 * channels) / (4 * channels));
  for (let group = 0; group < groups; group++)
    for (const [channel, state] of states.entries()) {
      const at = 4 * channels + 4 * (group * channels + channel);
      for (let i = 0; i < 8; i++) {
        const nibble = ((block[at + (i >> 1)] as number) >> (4 * (i & 1))) & 15;
        const step = IMA_STEPS[state.index] as number;
        const change =
          (step >> 3) + (nibble & 1 ? step >> 2 : 0) + (nibble & 2 ? step >> 1 : 0) + (nibble & 4 ? step : 0);
        state.value = clamped(state.value + (nibble & 8 ? -change : change));
        state.index = Math.max(0, Math.min(88, state.index + (IMA_INDEX[nibble & 7] as number)));
        into[channel]?.push(state.value);
      }
    }
}

function microsoftBlock(block: Uint8Array, channels: number, into: readonly number[][]): boolean {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const states = into.map((samples, channel) => {
    const [delta, newer, older] = [0, 1, 2].map((part) =>
      view.getInt16(channels + 2 * (part * channels + channel), true),
    );
    samples.push(older as number, newer as number);
    return {
      factors: MICROSOFT_FACTORS[block[channel] as number],
      delta: delta as number,
      newer: newer as number,
      older: older as number,
    };
  });
  if (states.some(({ factors }) => factors === undefined)) return false;
  for (let i = 0, at = 7 * channels; i < 2 * (block.length - 7 * channels); i++) {
    const nibble = i % 2 === 0 ? (block[at] as number) >> 4 : (block[at++] as number) & 15;
    const state = states[i % channels] as (typeof states)[number];
    const [first, second] = state.factors as readonly [number, number];
    const signed = nibble & 8 ? nibble - 16 : nibble;
    const value = clamped(Math.trunc((state.newer * first + state.older * second) / 256) + signed * state.delta);
    state.older = state.newer;
    state.newer = value;
    state.delta = Math.max(16, Math.trunc(((MICROSOFT_ADAPTION[nibble] as number) * state.delta) / 256));
    into[i % channels]?.push(value);
  }
  return true;
}

function clamped(value: number): number {
  return Math.max(-FULL, Math.min(FULL - 1, value));
}
