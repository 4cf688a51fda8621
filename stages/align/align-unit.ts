// Finds the subject of each photo of a unit and cuts it out.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { cutSubject } from '#core/kinds/image/align/cut-subject.ts';
import type { SubjectBox } from '#core/kinds/image/align/feature-grid.ts';
import { findSubject } from '#core/kinds/image/align/find-subject.ts';
import type { SubjectTemplate } from '#core/kinds/image/align/fit-template.ts';
import { type FeatureMap, seePhoto } from '#core/kinds/image/align/see-photo.ts';
import type { ImageConfig } from '#core/kinds/image/config.ts';
import { decodePhoto } from '#core/kinds/image/photo.ts';
import type { AlignmentPlan, AlignmentUnit, Subject } from '#core/snapshot/alignment.ts';
import { readSourceParts } from '#core/snapshot/read-source-parts.ts';
import type { Store } from '#core/store/store.ts';

const PARTS_AT_ONCE = 4;
/** Decimal places of a box, in pixels, and of a score: less than the processor's rounding decides. */
const BOX_DIGITS = 1;
const SCORE_DIGITS = 4;

type Row = { itemId: string; photo: Uint8Array; originalWidth: number };
export type CutUnit = { readonly subjects: Subject[]; readonly pixels: Uint8Array };

/** Returns the subjects in the order of the items, and their pixels, uint8 [items, height, width, channels]. */
export async function alignUnit(
  data: Store,
  plan: AlignmentPlan,
  unit: AlignmentUnit,
  template: SubjectTemplate,
  featureMap: FeatureMap,
  image: ImageConfig,
): Promise<CutUnit> {
  const rows = await readRows(data, plan, unit);
  const itemBytes = image.width * image.height * image.channels;
  const pixels = new Uint8Array(rows.length * itemBytes);
  const subjects: Subject[] = [];
  for (const [i, { itemId, photo, originalWidth }] of rows.entries()) {
    const picture = await decodePhoto(photo);
    const seen = await seePhoto(picture, { id: itemId, label: null }, featureMap);
    const { box, score } = findSubject(seen, template);
    pixels.set(await cutSubject(picture, box, image), i * itemBytes);
    subjects.push({
      itemId,
      ...inUpload(box, originalWidth / picture.width),
      score: rounded(score, SCORE_DIGITS),
    });
  }
  return { subjects, pixels };
}

async function readRows(data: Store, { parts }: AlignmentPlan, { first, items }: AlignmentUnit): Promise<Row[]> {
  const rows = new Array<Row>(items);
  let start = 0;
  const starts = parts.map((part) => {
    start += part.items;
    return start - part.items;
  });
  const touched = parts.flatMap((part, position) => {
    const from = starts[position] as number;
    return from < first + items && from + part.items > first ? [{ position, part }] : [];
  });
  await readSourceParts<Row>(data, touched, {
    columns: ['itemId', 'photo', 'originalWidth'],
    atOnce: PARTS_AT_ONCE,
    visit: (position, found, firstRow) => {
      for (const [offset, item] of found.entries()) {
        const at = (starts[position] as number) + firstRow + offset - first;
        if (at < 0 || at >= items) continue;
        if (!item.photo)
          throw new GoldpanError(FAILURE.corruptObject, `${parts[position]?.key} has no photos. Start assemble again.`);
        rows[at] = item;
      }
    },
  });
  return rows;
}

function inUpload({ centreX, centreY, side }: SubjectBox, scale: number): Pick<Subject, 'left' | 'top' | 'side'> {
  const length = side * scale;
  return {
    left: rounded(centreX * scale - length / 2, BOX_DIGITS),
    top: rounded(centreY * scale - length / 2, BOX_DIGITS),
    side: rounded(length, BOX_DIGITS),
  };
}

/** Never -0, which JSON would not keep. */
function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits)) + 0;
}
