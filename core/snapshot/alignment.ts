// Subject alignment of a snapshot (`image.fit: subject`): first a template is fitted to some of its photos, then each unit of photos is
// cut to the window that fits it best. index plans it and reads the result; align does it.
import * as z from 'zod';
import { RolledPart } from '../ingest/rollup-messages.ts';
import { ImageConfig } from '../kinds/image/config.ts';

/** Increased whenever the same photos would be cropped differently. */
export const ALIGNMENT_VERSION = 1;
/** Half a minute of CPU time a unit. */
const UNIT_ITEMS = 256;
/** More would exceed the history of one execution of the state machine. */
const MOST_UNITS = 800;

const HASH_CHARACTERS = 16;

export const ALIGNMENT_FILE = 'alignment.json';
/** Prefix of the names of all receipts. */
export const RECEIPTS = 'subjects-';
export const TEMPLATE_FILE = 'subject-template.json';

/** snapshots/<ds>/<snapshotId>/alignment.json, written by index. Items are numbered through all parts, in their order. */
export const AlignmentPlan = z.object({
  schemaVersion: z.literal(1),
  dataset: z.string(),
  snapshotId: z.string(),
  image: ImageConfig,
  labels: z.string(),
  parts: z.array(
    z.object({ key: z.string(), sha256: z.string(), items: z.int().min(0), rolled: RolledPart.optional() }),
  ),
  sidecars: z.array(
    z.object({ sourceKey: z.string(), path: z.string(), key: z.string(), sha256: z.string(), alone: z.boolean() }),
  ),
  unitItems: z.int().positive(),
});
export type AlignmentPlan = z.infer<typeof AlignmentPlan>;

/** Position of the subject, in pixels of the upright original image. score: correlation with the template, -1 to 1. */
export const Subject = z.object({
  itemId: z.string(),
  left: z.number(),
  top: z.number(),
  side: z.number(),
  score: z.number(),
});
export type Subject = z.infer<typeof Subject>;

/** The receipt of a unit, written last. `file`: the cut pixels, uint8 [items, height, width, channels]. */
export const AlignedUnit = z.object({
  schemaVersion: z.literal(1),
  unit: z.int().min(0),
  file: z.string(),
  sha256: z.string(),
  subjects: z.array(Subject),
});
export type AlignedUnit = z.infer<typeof AlignedUnit>;

export type AlignmentUnit = { readonly unit: number; readonly first: number; readonly items: number };

/** Returns how many items a unit has at most. */
export function unitItemsOf(items: number): number {
  return Math.max(UNIT_ITEMS, Math.ceil(items / MOST_UNITS));
}

/** Cuts the items of all parts into units. */
export function alignmentUnits({ parts, unitItems }: Pick<AlignmentPlan, 'parts' | 'unitItems'>): AlignmentUnit[] {
  const items = parts.reduce((sum, part) => sum + part.items, 0);
  return Array.from({ length: Math.ceil(items / unitItems) }, (_, unit) => {
    const first = unit * unitItems;
    return { unit, first, items: Math.min(unitItems, items - first) };
  });
}

/** Named by its content: a call that was repeated on another processor may round differently. */
export function alignedFile(unit: number, sha: string): string {
  return `${unitFile(unit)}.${sha.slice(0, HASH_CHARACTERS)}.npy`;
}

export function alignedReceipt(unit: number): string {
  return `${unitFile(unit)}.json`;
}

function unitFile(unit: number): string {
  return `${RECEIPTS}${String(unit).padStart(5, '0')}`;
}
