// Aligns the photos of a snapshot to their common subject, in one call for the template and one for each unit.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import { encodeNpy } from '#core/base/npy.ts';
import type { FeatureMap } from '#core/kinds/image/align/see-photo.ts';
import { TemplateFile, templateOfFile } from '#core/kinds/image/align/template-file.ts';
import {
  ALIGNMENT_FILE,
  AlignedUnit,
  AlignmentPlan,
  alignedFile,
  alignedReceipt,
  alignmentUnits,
  TEMPLATE_FILE,
} from '#core/snapshot/alignment.ts';
import type { AlignRequest } from '#core/snapshot/messages.ts';
import { readJson, writeOnce } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { alignUnit } from './align-unit.ts';
import { fitSnapshot } from './fit.ts';

type Deps = { readonly data: Store; readonly openFeatureMap: () => Promise<FeatureMap> };
/** items: how many photos were cut; 0 for the template. done: whether an earlier call had written the result. */
export type Aligned = { readonly items: number; readonly done: boolean };

/**
 * Fits the template (`unit` null) or aligns one unit. The same request gives the same bytes; if the result exists, nothing is done.
 * Throws CorruptObjectError if the plan, a part or the template is missing.
 */
export const align =
  ({ data, openFeatureMap }: Deps) =>
  async ({ dataset, snapshotId, unit: number }: AlignRequest): Promise<Aligned> => {
    const at = (file: string) => keys.snapshot(dataset, snapshotId, file);
    const plan = (await readJson(data, at(ALIGNMENT_FILE), AlignmentPlan))?.value;
    if (!plan) throw missing(at(ALIGNMENT_FILE));
    const template = (await readJson(data, at(TEMPLATE_FILE), TemplateFile))?.value;
    if (number === null) {
      if (template) return { items: 0, done: true };
      const { first } = await writeOnce(data, at(TEMPLATE_FILE), await fitSnapshot(data, plan, await openFeatureMap()));
      return { items: 0, done: !first };
    }

    const there = (await readJson(data, at(alignedReceipt(number)), AlignedUnit))?.value;
    if (there) return { items: there.subjects.length, done: true };
    if (!template) throw missing(at(TEMPLATE_FILE));
    const unit = alignmentUnits(plan)[number];
    if (!unit) throw missing(`unit ${number} of ${at(ALIGNMENT_FILE)}`);
    const { image } = plan;
    const found = await alignUnit(data, plan, unit, templateOfFile(template), await openFeatureMap(), image);
    const shape = [unit.items, image.height, image.width, image.channels];
    const bytes = encodeNpy({ shape, values: found.pixels });
    const hash = sha256(bytes);
    const file = alignedFile(number, hash);
    await data.put(at(file), bytes);
    const receipt: AlignedUnit = { schemaVersion: 1, unit: number, file, sha256: hash, subjects: found.subjects };
    const { first } = await writeOnce(data, at(alignedReceipt(number)), receipt);
    return { items: unit.items, done: !first };
  };

function missing(what: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `${what} does not exist. Start assemble again.`);
}
