// Chooses the media type that fits an Accept header best (RFC 9110, section 12.5.1).

export const PICTURE_TYPES = ['image/png', 'application/zip', 'application/x-npy', 'application/json'] as const;
export const JSON_ONLY = ['application/json'] as const;
export const TABLE_TYPES = [
  'text/csv',
  'application/x-ndjson',
  'application/vnd.apache.parquet',
  'application/json',
] as const;
/** Media types of clips; npy: their log-mel images. */
export const SOUND_TYPES = [
  'audio/wav',
  'audio/flac',
  'application/zip',
  'application/x-npy',
  'application/json',
] as const;
export const CODE_TYPES = ['application/json', 'application/x-npy'] as const;
export const CONTAINER_TYPES = ['application/octet-stream', 'application/json'] as const;
export const TEXT_TYPES = ['text/plain', 'text/csv', 'application/x-ndjson', 'application/json'] as const;
export type CodeType = (typeof CODE_TYPES)[number];
export type ContainerType = (typeof CONTAINER_TYPES)[number];
export type PictureType = (typeof PICTURE_TYPES)[number];
export type TableType = (typeof TABLE_TYPES)[number];
export type TextType = (typeof TEXT_TYPES)[number];
export type SoundMediaType = (typeof SOUND_TYPES)[number];
export type MediaType = PictureType | TableType | SoundMediaType | TextType | CodeType | ContainerType;

type Range = { readonly type: string; readonly subtype: string; readonly quality: number };

/**
 * Returns undefined if no offered type is acceptable. Among equal weights, the most specific range wins, then the order
 * of `offered`.
 */
export function negotiate<Type extends MediaType>(
  accept: string | undefined,
  offered: readonly Type[],
): Type | undefined {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const ranges = accept.split(',').flatMap(parseRange);
  const preferences = offered
    .map((mediaType) => ({ mediaType, ...preferenceFor(mediaType, ranges) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || b.exactness - a.exactness);
  return preferences[0]?.mediaType;
}

/** The most specific matching range decides. */
function preferenceFor(mediaType: MediaType, ranges: readonly Range[]): { quality: number; exactness: number } {
  const [type, subtype] = mediaType.split('/');
  let best = { quality: 0, exactness: -1 };
  for (const range of ranges) {
    if (range.type !== '*' && range.type !== type) continue;
    if (range.subtype !== '*' && range.subtype !== subtype) continue;
    const exactness = Number(range.type !== '*') + Number(range.subtype !== '*');
    if (exactness > best.exactness) best = { quality: range.quality, exactness };
  }
  return best;
}

/** Returns nothing for an invalid media range; an invalid weight counts as 1. */
function parseRange(text: string): Range[] {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const [type, subtype, ...rest] = name.split('/');
  if (!type || !subtype || rest.length > 0 || (type === '*' && subtype !== '*')) return [];
  const weight = parameters.find((parameter) => /^q=[01](\.\d{0,3})?$/.test(parameter));
  return [{ type, subtype, quality: weight === undefined ? 1 : Math.min(1, Number(weight.slice(2))) }];
}
