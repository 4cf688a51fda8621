// Bits one after the other, the highest first.

const START_BYTES = 1024;

export type BitWriter = {
  /** Writes the lowest `count` bits of the value, at most 32. */
  write(value: number, count: number): void;
  /** Fills the last byte with zeros. */
  align(): void;
  /** The whole bytes so far. */
  bytes(): Uint8Array;
};

export function bitWriter(): BitWriter {
  let room = new Uint8Array(START_BYTES);
  let bits = 0;
  const write: BitWriter['write'] = (value, count) => {
    while (room.length * 8 < bits + count) {
      const larger = new Uint8Array(room.length * 2);
      larger.set(room);
      room = larger;
    }
    let left = count;
    while (left > 0) {
      const free = 8 - (bits % 8);
      const taken = Math.min(free, left);
      const piece = (value >>> (left - taken)) & (2 ** taken - 1);
      room[bits >> 3] = (room[bits >> 3] as number) | (piece << (free - taken));
      bits += taken;
      left -= taken;
    }
  };
  return {
    write,
    align: () => write(0, (8 - (bits % 8)) % 8),
    bytes: () => room.slice(0, bits >> 3),
  };
}
