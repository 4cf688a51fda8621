// Reads the tracks of MP4, M4A, 3GP and QuickTime files (ISO/IEC 14496-12): whether there is a film in them, and how long the sound is.
import type { ContainerFacts } from './container-facts.ts';

const HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;
/** Codecs of tracks that hold single pictures: covers and pictures of chapters. */
const STILL_PICTURES = ['jpeg', 'png ', 'mjpa'];
/** More boxes than any real file has before its index. */
const MOST_BOXES = 4096;

type Box = { readonly type: string; readonly start: number; readonly end: number };
type Track = {
  readonly handler: string;
  readonly codec: string | undefined;
  readonly length: Length | undefined;
  readonly skipped: number;
};
type Length = { readonly timescale: number; readonly duration: number };

/** Returns undefined if the index (`moov`) is not in these bytes; many recorders write it at the end of the file. */
export function mp4Facts(bytes: Uint8Array): ContainerFacts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const moov = boxesIn(view, 0, bytes.length).find(({ type }) => type === 'moov');
  if (!moov || moov.end > bytes.length) return undefined;
  const inside = boxesIn(view, moov.start, moov.end);
  const tracks = inside.filter(({ type }) => type === 'trak').map((box) => trackOf(view, box));
  const sound = tracks.find(({ handler }) => handler === 'soun');
  const length = sound?.length;
  return {
    codec: sound?.codec,
    isFilm: tracks.some(({ handler, codec }) => handler === 'vide' && !STILL_PICTURES.includes(codec ?? '')),
    sampleRate: length?.timescale,
    skip: length && length.timescale > 0 ? (sound?.skipped ?? 0) / length.timescale : 0,
    padding: 0,
    seconds: length && length.duration > 0 ? length.duration / length.timescale : fragmentsLength(view, inside),
  };
}

/** Box types that can begin an MP4 or QuickTime file. */
export function startsLikeMp4(type: string): boolean {
  return ['ftyp', 'moov', 'mdat', 'wide'].includes(type);
}

/**
 * Where the index is, if it stands behind the samples: `from`, and how many bytes in front of the samples belong to it (`keep`). Returns
 * undefined if the samples do not begin within `start` or end the file.
 */
export function indexBehind(start: Uint8Array, size: number): { keep: number; from: number } | undefined {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const boxes = boxesIn(view, 0, start.length);
  const last = boxes.at(-1);
  if (last?.type !== 'mdat' || boxes.some(({ type }) => type === 'moov') || last.end >= size) return undefined;
  return { keep: boxes.at(-2)?.end ?? 0, from: last.end };
}

function trackOf(view: DataView, track: Box): Track {
  const media = find(view, track, 'mdia');
  const handler = media && find(view, media, 'hdlr');
  const header = media && find(view, media, 'mdhd');
  const table = media && find(view, media, 'minf', 'stbl', 'stsd');
  return {
    handler: (handler && text(view, handler.start + 8, handler.end)) ?? '',
    codec: table && text(view, table.start + 12, table.end),
    length: header && lengthOf(view, header),
    skipped: skippedBy(view, find(view, track, 'edts', 'elst')),
  };
}

/** Where the first edit begins in the media, in its timescale; an edit of -1 is a pause. Of `elst`: version, flags, count, then edits. */
function skippedBy(view: DataView, list: Box | undefined): number {
  if (!list || Math.min(list.end, view.byteLength) - list.start < 8) return 0;
  const isLong = view.getUint8(list.start) === 1;
  const bytes = isLong ? 20 : 12;
  for (let at = list.start + 8; at + bytes <= Math.min(list.end, view.byteLength); at += bytes) {
    const time = isLong ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
    if (time >= 0) return time;
  }
  return 0;
}

/** Of `mdhd`: version, flags, two times, then timescale and duration, in 32 or 64 bits. */
function lengthOf(view: DataView, { start, end }: Box): Length | undefined {
  const isLong = end > start && view.getUint8(start) === 1;
  if (Math.min(end, view.byteLength) - start < (isLong ? 32 : 20)) return undefined;
  const at = start + (isLong ? 20 : 12);
  const timescale = view.getUint32(at);
  return { timescale, duration: isLong ? Number(view.getBigUint64(at + 4)) : view.getUint32(at + 4) };
}

/** A fragmented file tells its length, if at all, in `mehd`, in the timescale of `mvhd`. */
function fragmentsLength(view: DataView, inside: readonly Box[]): number | undefined {
  const extends_ = inside.find(({ type }) => type === 'mvex');
  const header = extends_ && find(view, extends_, 'mehd');
  const movie = inside.find(({ type }) => type === 'mvhd');
  const timescale = movie && lengthOf(view, movie)?.timescale;
  if (!header || !timescale || header.end - header.start < 8) return undefined;
  const isLong = view.getUint8(header.start) === 1 && header.end - header.start >= 12;
  const duration = isLong ? Number(view.getBigUint64(header.start + 4)) : view.getUint32(header.start + 4);
  return duration > 0 ? duration / timescale : undefined;
}

function find(view: DataView, box: Box, ...path: readonly string[]): Box | undefined {
  return path.reduce<Box | undefined>(
    (at, type) => at && boxesIn(view, at.start, at.end).find((one) => one.type === type),
    box,
  );
}

function boxesIn(view: DataView, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + HEADER_BYTES <= Math.min(to, view.byteLength) && boxes.length < MOST_BOXES; ) {
    const short = view.getUint32(at);
    const isLong = short === 1 && at + LONG_HEADER_BYTES <= view.byteLength;
    const size = isLong ? Number(view.getBigUint64(at + HEADER_BYTES)) : short === 0 ? to - at : short;
    const head = isLong ? LONG_HEADER_BYTES : HEADER_BYTES;
    if (size < head) break;
    boxes.push({ type: text(view, at + 4, view.byteLength) ?? '', start: at + head, end: at + size });
    at += size;
  }
  return boxes;
}

/** Four characters, if they are before `end`. */
function text(view: DataView, at: number, end: number): string | undefined {
  if (at + 4 > Math.min(end, view.byteLength)) return undefined;
  return String.fromCharCode(...Array.from({ length: 4 }, (_, i) => view.getUint8(at + i)));
}
