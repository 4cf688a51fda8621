/** Reads the bytes `first` to `last` of an object, both included. */
export type ReadRange = (first: number, last: number) => Promise<Uint8Array>;
