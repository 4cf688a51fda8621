// A reader of the pickles in which PyTorch stores tensors. It knows a closed list of opcodes and three callables, and runs no code.

/** A tensor as the pickle describes it; its values are in a separate storage. */
export type TensorReference = {
  readonly storage: string;
  readonly dtype: 'float32' | 'int64';
  readonly offset: number;
  readonly shape: readonly number[];
  /** Strides in items of the storage, by axis. */
  readonly strides: readonly number[];
};

type Storage = { readonly storage: string; readonly dtype: TensorReference['dtype'] };

const MARK = Symbol('mark');
const STORAGES: Readonly<Record<string, Storage['dtype']>> = {
  'torch.FloatStorage': 'float32',
  'torch.LongStorage': 'int64',
};
const ORDERED_DICT = 'collections.OrderedDict';
const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2';
const CALLABLES = new Set([ORDERED_DICT, REBUILD_TENSOR, ...Object.keys(STORAGES)]);

class Global {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Reads one pickle (protocol 2) from `offset` and returns its value and where it ends. Dictionaries become Maps, tuples and lists
 * arrays, integers beyond 2^53 bigints, tensors `TensorReference`s. Throws on an opcode or a callable that is not on the list.
 */
export function readPickle(bytes: Buffer, offset: number): { value: unknown; end: number } {
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  let at = offset;
  const take = (count: number): Buffer => {
    if (at + count > bytes.length) throw new Error('the pickle is cut short');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const line = (): string => {
    const end = bytes.indexOf('\n', at);
    if (end < 0) throw new Error('the pickle is cut short');
    return take(end - at + 1)
      .toString('utf8')
      .trimEnd();
  };
  const push = (value: unknown) => void stack.push(value);
  const pop = (): unknown => {
    if (stack.length === 0) throw new Error('the pickle takes more from its stack than it put there');
    return stack.pop();
  };
  const sinceMark = (): unknown[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw new Error('the pickle closes a group that it never opened');
    return stack.splice(mark).slice(1);
  };
  const recall = (key: number) => {
    if (!memo.has(key)) throw new Error(`the pickle recalls ${key}, which it never stored`);
    push(memo.get(key));
  };
  const setItems = (items: readonly unknown[]) => {
    const target = stack.at(-1);
    if (!(target instanceof Map)) throw new Error('the pickle sets items of something that is no dictionary');
    for (let i = 0; i + 1 < items.length; i += 2) target.set(items[i], items[i + 1]);
  };
  const opcodes: Readonly<Record<number, () => void>> = {
    128: () => void take(1), // PROTO
    40: () => push(MARK),
    125: () => push(new Map()), // EMPTY_DICT
    93: () => push([]), // EMPTY_LIST
    41: () => push([]), // EMPTY_TUPLE
    116: () => push(sinceMark()), // TUPLE
    133: () => push([pop()]), // TUPLE1
    134: () => push([pop(), pop()].reverse()), // TUPLE2
    78: () => push(null),
    136: () => push(true),
    137: () => push(false),
    74: () => push(take(4).readInt32LE()), // BININT
    75: () => push(take(1).readUInt8()), // BININT1
    77: () => push(take(2).readUInt16LE()), // BININT2
    138: () => push(longInteger(take(take(1).readUInt8()))), // LONG1
    88: () => push(take(take(4).readUInt32LE()).toString('utf8')), // BINUNICODE
    113: () => void memo.set(take(1).readUInt8(), stack.at(-1)), // BINPUT
    114: () => void memo.set(take(4).readUInt32LE(), stack.at(-1)), // LONG_BINPUT
    104: () => recall(take(1).readUInt8()), // BINGET
    106: () => recall(take(4).readUInt32LE()), // LONG_BINGET
    115: () => setItems(stack.splice(-2)), // SETITEM
    117: () => setItems(sinceMark()), // SETITEMS
    99: () => push(globalOf(`${line()}.${line()}`)), // GLOBAL
    81: () => push(storageOf(pop())), // BINPERSID
    98: () => void pop(), // BUILD: attributes of a dictionary, which nothing reads
    101() {
      const items = sinceMark(); // APPENDS
      const list = stack.at(-1);
      if (!Array.isArray(list)) throw new Error('the pickle appends to something that is no list');
      list.push(...items);
    },
    82() {
      const given = pop(); // REDUCE
      push(called(pop(), given));
    },
  };
  for (;;) {
    const opcode = take(1).readUInt8();
    if (opcode === 0x2e) return { value: pop(), end: at };
    const run = Object.hasOwn(opcodes, opcode) ? opcodes[opcode] : undefined;
    if (!run) throw new Error(`the pickle has the opcode 0x${opcode.toString(16)}, which is not on the list`);
    run();
  }
}

function globalOf(name: string): Global {
  if (!CALLABLES.has(name)) throw new Error(`the pickle names ${name}, which is not on the list`);
  return new Global(name);
}

function called(callable: unknown, given: unknown): unknown {
  const name = callable instanceof Global ? callable.name : undefined;
  const args = Array.isArray(given) ? given : [];
  if (name === ORDERED_DICT && args.length === 0) return new Map();
  if (name !== REBUILD_TENSOR) throw new Error(`the pickle calls ${name ?? 'something that is no callable'}`);
  const [storage, offset, shape, strides] = args as [Storage, number, number[], number[]];
  return { ...storage, offset, shape, strides } satisfies TensorReference;
}

/** A persistent id is ('storage', type, key, device, count). */
function storageOf(id: unknown): Storage {
  const [kind, type, key] = Array.isArray(id) ? id : [];
  const dtype = type instanceof Global ? STORAGES[type.name] : undefined;
  if (kind !== 'storage' || dtype === undefined || typeof key !== 'string') {
    throw new Error('the pickle refers to something that is no storage');
  }
  return { storage: key, dtype };
}

/** Two's complement, little endian. */
function longInteger(bytes: Buffer): number | bigint {
  const unsigned = [...bytes].reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
  const value = BigInt.asIntN(bytes.length * 8, unsigned);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
