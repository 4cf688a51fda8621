// Floating-point numbers as integers of the same order, so that any engine can sort and count them without arithmetic of its own.
// The bits of an IEEE 754 number are in order among positive numbers, and in reverse order among negative ones.

const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);
/** Stands for a missing value; no finite number has this order. */
export const NO_ORDER = -(2 ** 31);
const SINGLE_MAGNITUDE = 0x7fffffff;
const DOUBLE_MAGNITUDE = 0x7fffffffffffffffn;

/** Returns the order of a finite number, rounded to 32 bits: an int32. Both zeros are 0. */
export function orderOfSingle(value: number): number {
  // Adding 0 makes -0 the other zero.
  single[0] = value + 0;
  const bits = singleBits[0] as number;
  return bits < 0 ? bits ^ SINGLE_MAGNITUDE : bits;
}

/** Returns the number of that order, or the bound of its bits if it is not finite. */
export function singleOfOrder(order: number): number {
  singleBits[0] = order < 0 ? order ^ SINGLE_MAGNITUDE : order;
  return single[0] as number;
}

/** Returns the order of a finite number of 64 bits: an int64. Both zeros are 0. */
export function orderOfDouble(value: number): bigint {
  double[0] = value + 0;
  const bits = doubleBits[0] as bigint;
  return bits < 0n ? bits ^ DOUBLE_MAGNITUDE : bits;
}

export function doubleOfOrder(order: bigint): number {
  doubleBits[0] = order < 0n ? order ^ DOUBLE_MAGNITUDE : order;
  return double[0] as number;
}
