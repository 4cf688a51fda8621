import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { eventFile, maskedCrc32c } from '../../../containers/trainer/run/tensorboard.ts';

const unmasked = (bytes: Uint8Array) => {
  const rotated = (maskedCrc32c(bytes) - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
};

test('the checksum is CRC-32C', () => {
  // Check values of RFC 3720, appendix B.4, and of the Rocksoft catalogue.
  expect(unmasked(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(unmasked(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(unmasked(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
});

test('a file holds its version and one summary in guarded frames', () => {
  const png = Uint8Array.of(1, 2, 3);
  const file = eventFile({
    wallTime: 1.5,
    step: 468,
    scalars: { 'train/loss': 110.25 },
    images: { samples: { width: 96, height: 80, channels: 1, png } },
  });
  const [version, summary, ...rest] = framesOf(Buffer.from(file));
  expect(rest).toEqual([]);
  expect(fieldsOf(version as Uint8Array).get(3)).toEqual(Buffer.from('brain.Event:2'));
  const event = fieldsOf(summary as Uint8Array);
  expect(event.get(2)).toBe(468);
  const text = Buffer.from(event.get(5) as Uint8Array);
  expect(text.includes('train/loss')).toBe(true);
  const value = Buffer.alloc(4);
  value.writeFloatLE(110.25);
  expect(text.includes(value)).toBe(true);
  expect(text.includes(Buffer.from(png))).toBe(true);
});

function framesOf(file: Buffer): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(maskedCrc32c(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 12 + length)).toBe(maskedCrc32c(data));
    frames.push(data);
    at += 16 + length;
  }
  return frames;
}

/** The fields of one message by number; nested messages as bytes. */
function fieldsOf(bytes: Uint8Array): Map<number, unknown> {
  const reader = protobuf.Reader.create(bytes);
  const fields = new Map<number, unknown>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if ((tag & 7) === 2) fields.set(tag >>> 3, Buffer.from(reader.bytes()));
    else if ((tag & 7) === 1) fields.set(tag >>> 3, reader.double());
    else fields.set(tag >>> 3, Number(reader.int64()));
  }
  return fields;
}
