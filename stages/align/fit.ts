// Fits the template of a snapshot: the content that its photos share, and its frame.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { AlignedPhoto } from '#core/kinds/image/align/feature-grid.ts';
import { fitTemplate } from '#core/kinds/image/align/fit-template.ts';
import { type FeatureMap, seePhoto } from '#core/kinds/image/align/see-photo.ts';
import { type TemplateFile, templateFileOf } from '#core/kinds/image/align/template-file.ts';
import { decodePhoto } from '#core/kinds/image/photo.ts';
import type { AlignmentPlan } from '#core/snapshot/alignment.ts';
import { readSourceParts } from '#core/snapshot/read-source-parts.ts';
import type { Store } from '#core/store/store.ts';
import { choosePhotos } from './chosen-photos.ts';

type Row = { itemId: string; photo: Uint8Array };

/** Reads the chosen photos only, one part at a time. */
export async function fitSnapshot(data: Store, plan: AlignmentPlan, featureMap: FeatureMap): Promise<TemplateFile> {
  const chosen = await choosePhotos(data, plan);
  const byPart = Map.groupBy(chosen, ({ part }) => part);
  const pending: { id: string; label: string | null; photo: Uint8Array }[] = [];
  const photos: AlignedPhoto[] = [];
  for (const [position, members] of byPart) {
    const part = plan.parts[position] as AlignmentPlan['parts'][number];
    await readSourceParts<Row>(data, [{ position, part }], {
      columns: ['itemId', 'photo'],
      atOnce: 1,
      visit: (_position, rows, first) => {
        for (const { row, itemId, label } of members) {
          if (row < first || row >= first + rows.length) continue;
          const found = rows[row - first];
          if (found?.itemId !== itemId || !found.photo)
            throw new GoldpanError(FAILURE.corruptObject, `${part.key} has no photo ${itemId}. Start assemble again.`);
          pending.push({ id: itemId, label, photo: found.photo });
        }
      },
    });
    for (const { photo, ...about } of pending.splice(0))
      photos.push(await seePhoto(await decodePhoto(photo), about, featureMap));
  }
  return templateFileOf(fitTemplate(photos));
}
