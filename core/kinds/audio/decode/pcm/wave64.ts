// Sony's Wave64: RIFF WAVE with names of 16 bytes and lengths of 64 bits, which become those of WAV.

const HEAD_BYTES = 24;
const NAME_AT_DATA = 0x61746164;
const NAME_AT_FORMAT = 0x20746d66;

/** The same sound as WAV with the same samples: chunk by chunk, in the order of the file. Returns undefined if the file is not Wave64. */
export function asWav(bytes: Uint8Array): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 40; at + HEAD_BYTES <= bytes.length; ) {
    const name = view.getUint32(at, true);
    const length = Number(view.getBigUint64(at + 16, true));
    if (length < HEAD_BYTES) break;
    if (name === NAME_AT_FORMAT || name === NAME_AT_DATA) {
      const body = bytes.subarray(at + HEAD_BYTES, Math.min(bytes.length, at + length));
      const head = Buffer.alloc(8);
      head.writeUInt32LE(name, 0);
      head.writeUInt32LE(Math.min(0xffffffff, length - HEAD_BYTES), 4);
      parts.push(head, body, new Uint8Array(body.length % 2));
    }
    if (name === NAME_AT_DATA) break;
    at += Math.ceil(length / 8) * 8;
  }
  return parts.length === 0
    ? undefined
    : new Uint8Array(Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE', 'latin1'), ...parts]));
}
