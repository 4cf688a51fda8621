// The checksum of LZ4 frames: xxHash with 32 bits and the seed 0 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md).

const PRIMES = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1] as const;
const STRIPE_BYTES = 16;

export type XxHash = { readonly update: (bytes: Uint8Array) => void; readonly digest: () => number };

export function xxHash32(): XxHash {
  const [first, second, third, fourth, fifth] = PRIMES;
  const lanes = Int32Array.of(first + second, second, 0, -first);
  const rest = new Uint8Array(STRIPE_BYTES);
  let kept = 0;
  let total = 0;

  function stripe(view: DataView, at: number): void {
    for (let lane = 0; lane < 4; lane++) {
      const sum = (lanes[lane] as number) + Math.imul(view.getInt32(at + 4 * lane, true), second);
      lanes[lane] = Math.imul(rotated(sum, 13), first);
    }
  }

  return {
    update(bytes) {
      total += bytes.length;
      let at = 0;
      if (kept > 0) {
        at = Math.min(STRIPE_BYTES - kept, bytes.length);
        rest.set(bytes.subarray(0, at), kept);
        kept += at;
        if (kept < STRIPE_BYTES) return;
        stripe(viewOf(rest), 0);
      }
      const view = viewOf(bytes);
      for (; at + STRIPE_BYTES <= bytes.length; at += STRIPE_BYTES) stripe(view, at);
      rest.set(bytes.subarray(at));
      kept = bytes.length - at;
    },
    digest() {
      const [a = 0, b = 0, c = 0, d = 0] = lanes;
      let hash = total < STRIPE_BYTES ? fifth : rotated(a, 1) + rotated(b, 7) + rotated(c, 12) + rotated(d, 18);
      hash = (hash + total) | 0;
      const view = viewOf(rest);
      let at = 0;
      for (; at + 4 <= kept; at += 4)
        hash = Math.imul(rotated(hash + Math.imul(view.getInt32(at, true), third), 17), fourth);
      for (; at < kept; at++) hash = Math.imul(rotated(hash + Math.imul(rest[at] as number, fifth), 11), first);
      hash = Math.imul(hash ^ (hash >>> 15), second);
      hash = Math.imul(hash ^ (hash >>> 13), third);
      return (hash ^ (hash >>> 16)) >>> 0;
    },
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
