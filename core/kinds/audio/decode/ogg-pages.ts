// The pages of an Ogg stream: which of them are whole, and the stream without the others. RFC 3533.

const HEAD_BYTES = 27;
const MARK = 'OggS';
const CONTINUED = 1;
const LAST = 4;
const FULL = 255;
const OPUS_SKIP_AT = 10;
const OPUS_VERSION_AT = 8;
const SERIAL_AT = 14;

const CRC = Uint32Array.from({ length: 256 }, (_, i) => {
  let crc = i << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

/** granule: samples up to the last packet that ends on the page; -1n if none ends there. */
type Page = {
  readonly flags: number;
  readonly granule: bigint;
  readonly serial: number;
  readonly sequence: number;
  readonly lacing: Uint8Array;
  readonly body: Uint8Array;
};
/** granule: of the last page. bytes: the stream with whole pages only, its packets whole, too. */
export type OggStream = {
  readonly bytes: Uint8Array;
  readonly isDamaged: boolean;
  readonly hasEnd: boolean;
  readonly granule: number;
  readonly packets: readonly Uint8Array[];
};

/** Returns the first stream of the file; undefined if there is no intact page. */
export function cleanOgg(bytes: Uint8Array): OggStream | undefined {
  const { pages: all, strays } = pagesOf(bytes);
  const serial = all[0]?.serial;
  const pages = all.filter((page) => page.serial === serial);
  const last = pages.at(-1);
  if (!last) return undefined;
  let isDamaged = strays;
  const kept: Page[] = [];
  const packets: Uint8Array[] = [];
  let begun: Uint8Array[] | undefined;
  for (const [i, page] of pages.entries()) {
    const follows = i > 0 && pages[i - 1]?.sequence === page.sequence - 1;
    const isFollowed = pages[i + 1]?.sequence === page.sequence + 1;
    if (i > 0 && !follows) isDamaged = true;
    const cut = withWholePackets(page, i === 0 || follows, isFollowed);
    for (const { data, ends, continues } of partsOf(cut)) {
      begun = continues ? begun : [];
      begun?.push(data);
      if (ends && begun) packets.push(Buffer.concat(begun));
      if (ends) begun = undefined;
    }
    kept.push(cut);
  }
  const granules = pages.filter(({ granule }) => granule >= 0n).map(({ granule }) => granule);
  return {
    bytes: isDamaged ? written(kept) : bytes,
    isDamaged,
    hasEnd: (last.flags & LAST) !== 0,
    granule: Number(granules.at(-1) ?? 0n),
    packets,
  };
}

/** Returns whether the last page is one of the same stream as the first, and longer than the rest of the file. */
export function isCutInPage(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = file.lastIndexOf(MARK);
  const serialOf = (page: number) => file.toString('latin1', page + SERIAL_AT, page + SERIAL_AT + 4);
  if (at < 0 || serialOf(at) !== serialOf(file.indexOf(MARK))) return false;
  const segments = bytes[at + HEAD_BYTES - 1] ?? FULL;
  const lacing = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + segments);
  return at + HEAD_BYTES + segments + lacing.reduce((sum, length) => sum + length, 0) > bytes.length;
}

/** Samples that an Opus decoder leaves out at the beginning, by the first packet of its stream; 0 of any other. */
export function skippedSamples(head: Uint8Array | undefined): number {
  if (!head || head.length < OPUS_SKIP_AT + 2 || String.fromCharCode(...head.subarray(0, 8)) !== 'OpusHead') return 0;
  return (head[OPUS_SKIP_AT] as number) + 256 * (head[OPUS_SKIP_AT + 1] as number);
}

/**
 * Returns an Opus stream with version 1 in its head. Files of drafts have 0, and every version below 16 is to be read alike (RFC 7845,
 * section 5.1); decoders take 1 alone.
 */
export function asVersionOne({ bytes, packets }: OggStream): Uint8Array {
  const version = packets[0]?.[OPUS_VERSION_AT] ?? 1;
  const page = version === 1 || version > 15 ? undefined : pageAt(bytes, bytes.indexOf(0x4f), false);
  if (!page) return bytes;
  const body = Uint8Array.from(page.page.body);
  body[OPUS_VERSION_AT] = 1;
  const first = pageBytes({ ...page.page, body }, page.page.sequence);
  return new Uint8Array(Buffer.concat([first, bytes.subarray(page.end)]));
}

/** Returns the whole pages. `strays`: whether bytes between them belong to no page. If no checksum is right, the writer left them out. */
function pagesOf(bytes: Uint8Array): { pages: Page[]; strays: boolean } {
  for (const checks of [true, false]) {
    const pages: Page[] = [];
    let strays = false;
    let at = bytes.indexOf(0x4f);
    while (at >= 0 && at + HEAD_BYTES <= bytes.length) {
      const page = pageAt(bytes, at, checks);
      if (page) {
        pages.push(page.page);
        at = page.end;
        continue;
      }
      strays ||= pages.length > 0;
      at = bytes.indexOf(0x4f, at + 1);
    }
    if (pages.length > 0) return { pages, strays };
  }
  return { pages: [], strays: false };
}

function pageAt(bytes: Uint8Array, at: number, checks: boolean): { page: Page; end: number } | undefined {
  if (String.fromCharCode(...bytes.subarray(at, at + 4)) !== MARK || bytes[at + 4] !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + HEAD_BYTES > bytes.length) return undefined;
  const segments = view.getUint8(at + 26);
  const lacing = bytes.slice(at + HEAD_BYTES, at + HEAD_BYTES + segments);
  const start = at + HEAD_BYTES + segments;
  const end = start + lacing.reduce((sum, one) => sum + one, 0);
  if (end > bytes.length) return undefined;
  if (checks && crcOf(bytes.slice(at, end)) !== view.getUint32(at + 22, true)) return undefined;
  const page = {
    flags: view.getUint8(at + 5),
    granule: view.getBigInt64(at + 6, true),
    serial: view.getUint32(at + 14, true),
    sequence: view.getUint32(at + 18, true),
    lacing,
    body: bytes.slice(start, end),
  };
  return { page, end };
}

/** Without the rest of a packet whose beginning is lost, and without the beginning of one whose rest is. */
function withWholePackets(page: Page, follows: boolean, isFollowed: boolean): Page {
  let { lacing, body, flags } = page;
  if ((flags & CONTINUED) !== 0 && !follows) {
    const rest = lacing.findIndex((one) => one < FULL);
    const count = rest < 0 ? lacing.length : rest + 1;
    body = body.subarray(lacing.subarray(0, count).reduce((sum, one) => sum + one, 0));
    lacing = lacing.subarray(count);
    flags &= ~CONTINUED;
  }
  if (!isFollowed && lacing.at(-1) === FULL) {
    const count = lacing.findLastIndex((one) => one < FULL) + 1;
    body = body.subarray(
      0,
      lacing.subarray(0, count).reduce((sum, one) => sum + one, 0),
    );
    lacing = lacing.subarray(0, count);
  }
  return { ...page, lacing, body, flags };
}

function* partsOf({ lacing, body, flags }: Page): Generator<{ data: Uint8Array; ends: boolean; continues: boolean }> {
  let at = 0;
  let length = 0;
  let continues = (flags & CONTINUED) !== 0;
  for (const [i, one] of lacing.entries()) {
    length += one;
    const ends = one < FULL;
    if (!ends && i < lacing.length - 1) continue;
    yield { data: body.subarray(at, at + length), ends, continues };
    at += length;
    length = 0;
    continues = false;
  }
}

function written(pages: readonly Page[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pages.map((page, i) => pageBytes(page, i))));
}

function pageBytes({ flags, granule, serial, lacing, body }: Page, sequence: number): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(MARK, 0, 'latin1');
  head.writeUInt8(flags, 5);
  head.writeBigInt64LE(granule, 6);
  head.writeUInt32LE(serial, 14);
  head.writeUInt32LE(sequence, 18);
  head.writeUInt8(lacing.length, 26);
  const page = Buffer.concat([head, lacing, body]);
  page.writeUInt32LE(crcOf(page), 22);
  return page;
}

/** The field of the checksum itself counts as zeros. */
function crcOf(page: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= 22 && i < 26 ? 0 : (page[i] as number);
    crc = ((crc << 8) ^ (CRC[(crc >>> 24) ^ byte] as number)) >>> 0;
  }
  return crc;
}
