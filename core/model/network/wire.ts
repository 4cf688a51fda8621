// Reads the fields of a protobuf message strictly: a field that the reader does not expect is an error, since what is skipped here
// would still reach the runtime. https://protobuf.dev/programming-guides/encoding/

export type WireField = { readonly number: number; readonly value: bigint | Uint8Array };

const MOST_VARINT_BYTES = 10;
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Throws a RangeError for bytes that are no message. A fixed32 comes as its four bytes. */
export function* fieldsOf(bytes: Uint8Array): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let i = 0; i < MOST_VARINT_BYTES; i++) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('the file ends inside a number');
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number has too many bytes');
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('the file ends inside a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (wire === WIRE.varint) yield { number, value: BigInt.asIntN(64, varint()) };
    else if (wire === WIRE.bytes) yield { number, value: take(Number(varint())) };
    else if (wire === WIRE.fixed32) yield { number, value: take(4) };
    else throw new RangeError(`a field has the wire type ${wire}`);
  }
}

/** Throws a RangeError if the bytes are not such a number, or if it is too large to be exact. */
export function wholeOf({ value }: WireField): number {
  if (typeof value !== 'bigint' || !Number.isSafeInteger(Number(value))) throw new RangeError('a number is not whole');
  return Number(value);
}

/** Returns the values of a repeated integer field, packed or not. */
export function wholesOf(field: WireField): number[] {
  if (typeof field.value === 'bigint') return [wholeOf(field)];
  const numbers: number[] = [];
  for (const value of packed(field.value)) numbers.push(wholeOf({ number: field.number, value }));
  return numbers;
}

export function fieldBytes({ value }: WireField): Uint8Array {
  if (typeof value === 'bigint') throw new RangeError('a number stands where bytes are expected');
  return value;
}

/** Throws a TypeError for bytes that are not UTF-8. */
export function fieldText(field: WireField): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(fieldBytes(field));
}

function* packed(bytes: Uint8Array): Generator<bigint> {
  let value = 0n;
  let length = 0;
  for (const byte of bytes) {
    if (length === MOST_VARINT_BYTES) throw new RangeError('a number has too many bytes');
    value |= BigInt(byte & 0x7f) << BigInt(7 * length++);
    if (byte >= 0x80) continue;
    yield BigInt.asIntN(64, value);
    [value, length] = [0n, 0];
  }
  if (length > 0) throw new RangeError('the file ends inside a number');
}
