// The entries that a response adds to the ledger of outputs.
import { contentName, imageHash } from '#core/base/hash.ts';
import { clipId, littleEndian } from '#core/kinds/audio/clip-id.ts';
import { audioFingerprint } from '#core/kinds/audio/fingerprint.ts';
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { rowContents } from '#core/kinds/table/row-content.ts';
import { textContent } from '#core/kinds/text/codec/text-content.ts';
import type { EndpointAnswer } from '#core/model/messages/endpoint-api.ts';
import type { OutputRecord } from '#core/model/messages/output-ledger.ts';
import { imageFingerprint } from '#core/similarity/image-fingerprint.ts';
import { type Image, type Images, imageAt, imageGrid } from '../representation/pictures.ts';

type Fingerprint = OutputRecord['looks'][number];
/** `contents`: one an item, equal ones repeated. */
export type Outputs = {
  readonly modelId: string;
  readonly contents: readonly string[];
  readonly looks: readonly Fingerprint[];
};

/** An answer with what it adds to the ledger. */
export type Answered = EndpointAnswer & { readonly outputs?: Outputs };

const HASH_CHARACTERS = 16;
const WORD_CHARACTERS = 8;

export type ImageOutputs = {
  /** Whether similar pictures count as outputs too. Repaired images are similar to the given ones, so for them only equal pictures count. */
  readonly withSimilar: boolean;
  /** Number of columns of the grid. */
  readonly columns: number;
  /** Pixels of given images: an image that is returned unchanged is no output. */
  readonly given?: readonly Uint8Array[] | undefined;
};

export function outputsOfImages(
  modelId: string,
  pictures: Images,
  { withSimilar, columns, given = [] }: ImageOutputs,
): Outputs {
  const nameOf = (pixels: Uint8Array) => contentName(imageHash(pictures, pixels));
  const others = new Set(given.map(nameOf));
  const each = Array.from({ length: pictures.count }, (_, i) => imageAt(pictures, i));
  const contents = each.map(({ pixels }) => nameOf(pixels)).filter((content) => !others.has(content));
  const seen = pictures.count > 1 ? [imageGrid(pictures, columns), ...each] : each;
  return { modelId, contents, looks: withSimilar ? seen.map(fingerprintOf) : [] };
}

/** `withSimilar`: whether similar clips count as outputs too. Repaired clips are similar to the given ones, so for them only equal clips count. */
export function outputsOfClips(
  modelId: string,
  clips: readonly Int16Array[],
  sampleRate: number,
  withSimilar: boolean,
): Outputs {
  const contents = clips.map((pcm) => contentName(clipId(sampleRate, littleEndian(pcm))));
  const looks = (withSimilar ? clips : []).map((pcm): Fingerprint => {
    const { phash, spectrum } = audioFingerprint(pcm, sampleRate);
    return { hash: phash.toString(16).padStart(HASH_CHARACTERS, '0'), fingerprint: base64(spectrum) };
  });
  return { modelId, contents, looks };
}

export function outputsOfTexts(modelId: string, texts: readonly string[]): Outputs {
  return { modelId, contents: texts.map(textContent), looks: [] };
}

/** `cells`: by column. */
export function outputsOfRows(
  modelId: string,
  { columns }: Pick<TableCodec, 'columns'>,
  cells: readonly (readonly Cell[])[],
): Outputs {
  const contentOf = rowContents(columns.map(({ name }) => name));
  const contents = Array.from({ length: cells[0]?.length ?? 0 }, (_, row) =>
    contentOf(cells.map((column) => column[row] ?? null)),
  );
  return { modelId, contents, looks: [] };
}

function fingerprintOf({ pixels, ...shape }: Image): Fingerprint {
  const { hash, fingerprint } = imageFingerprint(pixels, shape);
  const word = (value: number) => value.toString(16).padStart(WORD_CHARACTERS, '0');
  return { hash: word(hash.high) + word(hash.low), fingerprint: base64(fingerprint) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
