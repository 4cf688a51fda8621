// Reads the tracks of Matroska and WebM files (RFC 9559): whether there is a film in them, and how long the sound is.
import type { ContainerFacts } from './container-facts.ts';

const ID = {
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  track: 0xae,
  trackType: 0x83,
  codec: 0x86,
  codecDelay: 0x56aa,
  audio: 0xe1,
  sampleRate: 0xb5,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  group: 0xa0,
  block: 0xa1,
  discardPadding: 0x75a2,
} as const;
const FILM = 1;
const SOUND = 2;
/** Nanoseconds of a tick, where the file does not say. */
const DEFAULT_SCALE = 1_000_000;
const DEFAULT_RATE = 8000;
/** Elements that are looked at: many blocks tell no more than these. */
const MOST_ELEMENTS = 50_000;

type Element = { readonly id: number; readonly start: number; readonly end: number };

/**
 * `size`: bytes of the file, which may be longer than `bytes`. A browser that records writes no length; it is estimated from the times of
 * the blocks. Returns undefined if the tracks are not in these bytes.
 */
export function matroskaFacts(bytes: Uint8Array, size?: number): ContainerFacts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const segment = elementsIn(view, 0, bytes.length).find(({ id }) => id === ID.segment);
  if (!segment) return undefined;
  const inside = elementsIn(view, segment.start, segment.end);
  const list = inside.find(({ id }) => id === ID.tracks);
  if (!list) return undefined;
  const info = inside.find(({ id }) => id === ID.info);
  const tracks = elementsIn(view, list.start, list.end)
    .filter(({ id }) => id === ID.track)
    .map((track) => elementsIn(view, track.start, track.end));
  const typeOf = (track: readonly Element[]) => numberOf(view, track, ID.trackType);
  const sound = tracks.find((track) => typeOf(track) === SOUND);
  const audio = sound?.find(({ id }) => id === ID.audio);
  const facts = info ? elementsIn(view, info.start, info.end) : [];
  const scale = (numberOf(view, facts, ID.timestampScale) ?? DEFAULT_SCALE) / 1e9;
  const duration = floatOf(view, facts, ID.duration);
  const codec = sound?.find(({ id }) => id === ID.codec);
  return {
    codec: codec && new TextDecoder('latin1').decode(bytes.subarray(codec.start, Math.min(codec.end, bytes.length))),
    isFilm: tracks.some((track) => typeOf(track) === FILM),
    sampleRate:
      sound && ((audio && floatOf(view, elementsIn(view, audio.start, audio.end), ID.sampleRate)) ?? DEFAULT_RATE),
    skip: ((sound && numberOf(view, sound, ID.codecDelay)) ?? 0) / 1e9,
    padding: paddingOf(view, inside),
    seconds: duration === undefined ? estimate(view, inside, scale, size) : duration * scale,
  };
}

/** Of the last block, which alone has it. */
function paddingOf(view: DataView, inside: readonly Element[]): number {
  const cluster = inside.findLast(({ id }) => id === ID.cluster);
  const last = cluster && elementsIn(view, cluster.start, cluster.end).at(-1);
  if (last?.id !== ID.group || last.end > view.byteLength) return 0;
  const value = numberOf(view, elementsIn(view, last.start, last.end), ID.discardPadding) ?? 0;
  return value / 1e9;
}

/** The time of the last block in these bytes, extended to the whole file. */
function estimate(
  view: DataView,
  inside: readonly Element[],
  scale: number,
  size: number | undefined,
): number | undefined {
  let last = 0;
  let lastAt = 0;
  for (const cluster of inside.filter(({ id }) => id === ID.cluster)) {
    const elements = elementsIn(view, cluster.start, cluster.end);
    const from = numberOf(view, elements, ID.timestamp) ?? 0;
    for (const element of elements) {
      const block = element.id === ID.group ? elementsIn(view, element.start, element.end)[0] : element;
      if (!block || (block.id !== ID.simpleBlock && block.id !== ID.block)) continue;
      const time = block.start + vintBytes(view, block.start);
      if (time + 2 > view.byteLength) continue;
      last = Math.max(last, from + view.getInt16(time));
      lastAt = Math.max(lastAt, block.end);
    }
  }
  return last > 0 ? last * scale * Math.max(1, (size ?? view.byteLength) / lastAt) : undefined;
}

function elementsIn(view: DataView, from: number, to: number): Element[] {
  const elements: Element[] = [];
  const end = Math.min(to, view.byteLength);
  for (let at = from; at < end && elements.length < MOST_ELEMENTS; ) {
    const idBytes = vintBytes(view, at);
    const sizeAt = at + idBytes;
    if (idBytes > 4 || sizeAt >= end) break;
    const sizeBytes = vintBytes(view, sizeAt);
    const start = sizeAt + sizeBytes;
    if (sizeBytes > 8 || start > end) break;
    const size = bigEndian(view, sizeAt, sizeBytes, 0xff >> sizeBytes);
    // All ones: a size that was not known when it was written; the element reaches to the end.
    const isOpen = size === 2 ** (7 * sizeBytes) - 1;
    elements.push({ id: bigEndian(view, at, idBytes), start, end: isOpen ? to : start + size });
    at = isOpen ? end : start + size;
  }
  return elements;
}

/** Returns the length in bytes of the number of variable length that begins here; 9 if no valid number does. */
function vintBytes(view: DataView, at: number): number {
  return at < view.byteLength ? Math.clz32(view.getUint8(at)) - 23 : 9;
}

function bigEndian(view: DataView, at: number, bytes: number, firstMask = 0xff): number {
  let value = 0;
  for (let i = 0; i < bytes; i++) value = value * 256 + (view.getUint8(at + i) & (i === 0 ? firstMask : 0xff));
  return value;
}

function numberOf(view: DataView, elements: readonly Element[], id: number): number | undefined {
  const found = elements.find((element) => element.id === id);
  if (!found || found.end > view.byteLength || found.end - found.start > 8) return undefined;
  return bigEndian(view, found.start, found.end - found.start);
}

function floatOf(view: DataView, elements: readonly Element[], id: number): number | undefined {
  const found = elements.find((element) => element.id === id);
  if (!found || found.end > view.byteLength) return undefined;
  if (found.end - found.start === 4) return view.getFloat32(found.start);
  return found.end - found.start === 8 ? view.getFloat64(found.start) : undefined;
}
