// The header of HEIF files (HEIC, AVIF): boxes of ISO/IEC 14496-12, items and their properties of ISO/IEC 23008-12.

/** Width and height upright, as a decoder gives them: turned by `irot`. */
export type HeifHeader = {
  readonly width: number;
  readonly height: number;
  readonly isGrey: boolean;
  readonly hasAlpha: boolean;
};
type Box = { readonly name: string; readonly start: number; readonly end: number };

const FULL_BOX_BYTES = 4;
const CONTAINER_LIMIT = 4096;

/** Returns the facts of the primary image; undefined if they are not in these bytes. */
export function heifHeader(view: DataView): HeifHeader | undefined {
  const meta = boxes(view, 0, view.byteLength).find(({ name }) => name === 'meta');
  if (!meta) return undefined;
  const inside = boxes(view, meta.start + FULL_BOX_BYTES, meta.end);
  const primary = inside.find(({ name }) => name === 'pitm');
  const properties = inside.find(({ name }) => name === 'iprp');
  if (!primary || !properties) return undefined;
  const isLong = view.getUint8(primary.start) > 0;
  if (primary.start + (isLong ? 8 : 6) > view.byteLength) return undefined;
  const id = isLong ? view.getUint32(primary.start + 4) : view.getUint16(primary.start + 4);
  const lists = boxes(view, properties.start, properties.end);
  const container = lists.find(({ name }) => name === 'ipco');
  if (!container) return undefined;
  const all = boxes(view, container.start, container.end);
  const own = lists
    .filter(({ name }) => name === 'ipma')
    .flatMap((box) => propertiesOf(view, box, id))
    .flatMap((index) => all[index - 1] ?? []);
  const size = own.find(({ name }) => name === 'ispe');
  if (!size || size.start + 12 > view.byteLength) return undefined;
  const turn = own.find(({ name }) => name === 'irot');
  const isTurned = turn !== undefined && turn.start < view.byteLength && (view.getUint8(turn.start) & 1) === 1;
  const depth = own.find(({ name }) => name === 'pixi');
  const channels = depth && depth.start + 5 <= view.byteLength ? view.getUint8(depth.start + 4) : 3;
  const [width, height] = apertureOf(view, own) ?? [view.getUint32(size.start + 4), view.getUint32(size.start + 8)];
  const hasAlpha = all.some((box) => box.name === 'auxC' && /alpha|auxid:1(?!\d)/.test(textIn(view, box)));
  return isTurned
    ? { width: height, height: width, isGrey: channels === 1, hasAlpha }
    : { width, height, isGrey: channels === 1, hasAlpha };
}

/** Returns the size of the visible part of the coded image, whose sides are multiples of a block. */
function apertureOf(view: DataView, own: readonly Box[]): [number, number] | undefined {
  const clap = own.find(({ name }) => name === 'clap');
  if (!clap || clap.start + 16 > view.byteLength) return undefined;
  const [width, height] = [0, 8].map((at) =>
    Math.floor(view.getUint32(clap.start + at) / Math.max(1, view.getUint32(clap.start + at + 4))),
  ) as [number, number];
  return width > 0 && height > 0 ? [width, height] : undefined;
}

function boxes(view: DataView, from: number, until: number): Box[] {
  const found: Box[] = [];
  const end = Math.min(until, view.byteLength);
  for (let at = from; at + 8 <= end && found.length < CONTAINER_LIMIT; ) {
    const short = view.getUint32(at);
    const isWide = short === 1 && at + 16 <= end;
    const length = isWide ? Number(view.getBigUint64(at + 8)) : short === 0 ? until - at : short;
    const head = isWide ? 16 : 8;
    if (length < head) break;
    found.push({ name: nameAt(view, at + 4), start: at + head, end: Math.min(at + length, end) });
    at += length;
  }
  return found;
}

/** Indices of the properties of one item, from 1. */
function propertiesOf(view: DataView, { start, end }: Box, id: number): number[] {
  if (start + 8 > end) return [];
  const version = view.getUint8(start);
  const isWide = (view.getUint8(start + 3) & 1) === 1;
  const count = view.getUint32(start + 4);
  let at = start + 8;
  for (let entry = 0; entry < count && at + 5 <= end; entry++) {
    const item = version < 1 ? view.getUint16(at) : view.getUint32(at);
    at += version < 1 ? 2 : 4;
    const associations = view.getUint8(at++);
    const bytes = associations * (isWide ? 2 : 1);
    if (at + bytes > end) return [];
    if (item === id)
      return Array.from({ length: associations }, (_, i) =>
        isWide ? view.getUint16(at + 2 * i) & 0x7fff : view.getUint8(at + i) & 0x7f,
      );
    at += bytes;
  }
  return [];
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function textIn(view: DataView, { start, end }: Box): string {
  return Buffer.from(view.buffer, view.byteOffset + start, Math.max(0, end - start)).toString('latin1');
}
