// Writes TensorBoard event files: protobuf messages in TFRecord frames with two checksums.
// https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto
import protobuf from 'protobufjs';

const PROTO = `
syntax = "proto3";
message Image { int32 height = 1; int32 width = 2; int32 colorspace = 3; bytes encoded_image_string = 4; }
message Value { string tag = 1; oneof value { float simple_value = 2; Image image = 4; } }
message Summary { repeated Value value = 1; }
message Event { double wall_time = 1; int64 step = 2; oneof what { string file_version = 3; Summary summary = 5; } }
`;
const EVENT = protobuf.parse(PROTO).root.lookupType('Event');
const FILE_VERSION = 'brain.Event:2';
const MASK_DELTA = 0xa282ead8;
/** Reversed polynomial of CRC-32C (Castagnoli). */
const POLYNOMIAL = 0x82f63b78;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

export type EventImage = {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly png: Uint8Array;
};

export type Summary = {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  readonly scalars: Readonly<Record<string, number>>;
  readonly images: Readonly<Record<string, EventImage>>;
};

/** Returns a complete event file with one summary. TensorBoard reads the files of a run in the order of their names. */
export function eventFile({ wallTime, step, scalars, images }: Summary): Uint8Array {
  const value = [
    ...Object.entries(scalars).map(([tag, number]) => ({ tag, simpleValue: number })),
    ...Object.entries(images).map(([tag, { width, height, channels, png }]) => ({
      tag,
      image: { width, height, colorspace: channels, encodedImageString: png },
    })),
  ];
  const events = [
    { wallTime, step: 0, fileVersion: FILE_VERSION },
    { wallTime, step, summary: { value } },
  ];
  return Buffer.concat(events.map((event) => frame(EVENT.encode(EVENT.fromObject(event)).finish())));
}

/** Returns the masked CRC-32C of TFRecord: rotated and shifted, because a checksum of data with checksums is weak. */
export function maskedCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  crc = (crc ^ 0xffffffff) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

/** Returns a frame: length, its checksum, the data, its checksum. */
function frame(data: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, littleEndian(maskedCrc32c(length)), data, littleEndian(maskedCrc32c(data))]);
}

function littleEndian(number: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}
