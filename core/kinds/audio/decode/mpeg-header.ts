// Headers of MPEG audio frames: ISO/IEC 11172-3 and 13818-3, layers I to III, and the checks that a frame of layer III allows.

const RATES = [44_100, 48_000, 32_000];
/** kbit/s by index, for MPEG-1 layers I, II, III and for MPEG-2 layer I and layers II and III. */
const BITRATES: Readonly<Record<string, readonly number[]>> = {
  '1-1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1-2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1-3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2-1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2-2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const HEADER_BYTES = 4;
const CRC_BYTES = 2;
const MOST_BIG_VALUES = 288;
/** Side information of one granule and channel in MPEG-1, and the bits at its beginning that count its main data. */
const PART_BITS = 59;
const PART_LENGTH_BITS = 12;

/**
 * `key`: the fields that all frames of a stream share. bytes: 0 for the free format where its length is not known, since it is not in the
 * header. padding: bytes by which this frame is longer than others.
 */
export type MpegHeader = {
  readonly key: string;
  readonly layer: 1 | 2 | 3;
  readonly isMpeg1: boolean;
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  readonly samples: number;
  readonly bytes: number;
  readonly isFree: boolean;
  readonly padding: number;
  readonly hasCrc: boolean;
};

/** Returns undefined if the bytes are not a header. `free`: bytes of an unpadded frame, where the stream is in the free format. */
export function mpegHeader(bytes: Uint8Array, at: number, free = 0): MpegHeader | undefined {
  if (at + HEADER_BYTES > bytes.length || bytes[at] !== 0xff) return undefined;
  const [second, third, fourth] = [bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [number, number, number];
  if ((second & 0xe0) !== 0xe0) return undefined;
  const version = (second >> 3) & 3;
  const layer = (4 - ((second >> 1) & 3)) as 1 | 2 | 3 | 4;
  const bitrateIndex = third >> 4;
  const rateIndex = (third >> 2) & 3;
  if (version === 1 || layer === 4 || bitrateIndex === 15 || rateIndex === 3 || (fourth & 3) === 2) return undefined;
  const isMpeg1 = version === 3;
  const sampleRate = (RATES[rateIndex] as number) / (isMpeg1 ? 1 : version === 2 ? 2 : 4);
  const table = BITRATES[isMpeg1 ? `1-${layer}` : layer === 1 ? '2-1' : '2-2'] as readonly number[];
  const bits = (table[bitrateIndex] as number) * 1000;
  const padding = ((third >> 1) & 1) * (layer === 1 ? 4 : 1);
  const samples = layer === 1 ? 384 : layer === 2 || isMpeg1 ? 1152 : 576;
  const length =
    layer === 1
      ? Math.floor((12 * bits) / sampleRate) * 4 + padding
      : Math.floor(((samples / 8) * bits) / sampleRate) + padding;
  return {
    key: `${version} ${layer} ${rateIndex}`,
    layer,
    isMpeg1,
    sampleRate,
    channels: fourth >> 6 === 3 ? 1 : 2,
    samples,
    bytes: bits > 0 ? length : free > 0 ? free + padding : 0,
    isFree: bits === 0,
    padding,
    hasCrc: (second & 1) === 0,
  };
}

/** Bytes before the main data of a frame of layer III. */
export function sideEnd({ isMpeg1, channels, hasCrc }: MpegHeader): number {
  const side = isMpeg1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17;
  return HEADER_BYTES + (hasCrc ? CRC_BYTES : 0) + side;
}

/** Bytes that a frame of layer III borrows from earlier frames, and bytes of its main data, borrowed ones included. */
export function mainData(bytes: Uint8Array, at: number, { isMpeg1, channels, hasCrc }: MpegHeader) {
  const read = bitReader(bytes, at + HEADER_BYTES + (hasCrc ? CRC_BYTES : 0));
  const borrowed = read(isMpeg1 ? 9 : 8);
  read(isMpeg1 ? (channels === 1 ? 5 : 3) + 4 * channels : channels === 1 ? 1 : 2);
  let bits = 0;
  for (let part = 0; part < channels * (isMpeg1 ? 2 : 1); part++) {
    bits += read(PART_LENGTH_BITS);
    read((isMpeg1 ? PART_BITS : PART_BITS + 4) - PART_LENGTH_BITS);
  }
  return { borrowed, bytes: Math.ceil(bits / 8) };
}

/**
 * Returns whether the side information of a frame of layer III is valid: existing tables, at most as many values as a granule has, and at
 * most as many bits as the frame and its borrowed bits hold.
 */
export function isSideSound(bytes: Uint8Array, at: number, header: MpegHeader, borrowable: number): boolean {
  const { isMpeg1, channels, hasCrc } = header;
  const start = at + HEADER_BYTES + (hasCrc ? CRC_BYTES : 0);
  const end = at + sideEnd(header);
  if (end > bytes.length) return false;
  if (hasCrc && crcOf(bytes, at, end) !== (((bytes[at + 4] as number) << 8) | (bytes[at + 5] as number))) return false;
  const read = bitReader(bytes, start);
  const borrowed = read(isMpeg1 ? 9 : 8);
  if (borrowed > borrowable) return false;
  read(isMpeg1 ? (channels === 1 ? 5 : 3) : channels === 1 ? 1 : 2);
  if (isMpeg1) read(4 * channels);
  let bits = 0;
  for (let part = 0; part < channels * (isMpeg1 ? 2 : 1); part++) {
    bits += read(12);
    if (read(9) > MOST_BIG_VALUES) return false;
    read(8);
    read(isMpeg1 ? 4 : 9);
    const isSwitched = read(1) === 1;
    if (isSwitched && read(2) === 0) return false;
    if (isSwitched) read(1);
    for (let region = 0; region < (isSwitched ? 2 : 3); region++) if ([4, 14].includes(read(5))) return false;
    read(isSwitched ? 9 : 7);
    read(isMpeg1 ? 3 : 2);
  }
  return bits <= 8 * (borrowed + header.bytes - sideEnd(header));
}

function bitReader(bytes: Uint8Array, start: number): (count: number) => number {
  let at = start * 8;
  return (count) => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
}

/** CRC-16 with the polynomial 8005 over the second half of the header and the side information. */
function crcOf(bytes: Uint8Array, at: number, end: number): number {
  let crc = 0xffff;
  for (let i = at + 2; i < end; i++) {
    if (i === at + 4 || i === at + 5) continue;
    crc ^= (bytes[i] as number) << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x8005) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
