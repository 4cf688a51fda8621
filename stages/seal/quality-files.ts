// Writes quality.json, which never changes, and quality.html, which also shows the gate under the current settings.

import { hashOf } from '#core/base/hash.ts';
import type { GateConfig } from '#core/kinds/gate-config.ts';
import { markOf } from '#core/pages/page.ts';
import { qualityPage } from '#core/pages/quality/quality-page.ts';
import { decideGate } from '#core/snapshot/gate.ts';
import type { Manifest, SnapshotIndex } from '#core/snapshot/messages.ts';
import { FACTS_FILE, QualityFacts } from '#core/snapshot/quality/facts.ts';
import { factsOfIndex } from '#core/snapshot/quality/facts-of-index.ts';
import { type Quality, qualityOf } from '#core/snapshot/quality/quality.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { readPreviews } from './previews.ts';
import { readSubjectPictures } from './subject-pictures.ts';

/** Increase this when the same snapshot should give another page. */
const PAGE_VERSION = 5;
const FIRST_LINES_BYTES = 512;

export async function writeQuality(data: Store, index: SnapshotIndex, splits: Manifest['splits']): Promise<void> {
  const { dataset, snapshotId } = index;
  const key = keys.snapshot(dataset, snapshotId, FACTS_FILE);
  const facts = (await readJson(data, key, QualityFacts))?.value ?? factsOfIndex(index, splits);
  await writeJson(data, key, facts);
  await writeJson(data, keys.quality(dataset, snapshotId), qualityOf(facts, index));
}

/** Writes the page unless it is up to date; the check reads only its first lines. */
export async function writeQualityPage(
  data: Store,
  manifest: Manifest,
  quality: Quality,
  gate: GateConfig,
): Promise<void> {
  const { dataset, snapshotId, splits, schema } = manifest;
  const key = keys.qualityPage(dataset, snapshotId);
  const mark = hashOf({ PAGE_VERSION, snapshotId, gate }).slice(0, 16);
  const there = await data.get(key, { range: { first: 0, last: FIRST_LINES_BYTES - 1 } });
  if (there && markOf(new TextDecoder().decode(there.body)) === mark) return;
  const facts = await readJson(data, keys.snapshot(dataset, snapshotId, FACTS_FILE), QualityFacts);
  if (!facts) return;
  const decision = decideGate(gate, {
    distinctItems: Object.values(splits).reduce((sum, items) => sum + items, 0),
    splits,
    byLabel: quality.byLabel,
    quality: quality.scores.total,
    newItems: null,
    trigger: 'report',
    forcedBy: null,
  });
  const previews = await readPreviews(data, facts.value, schema);
  const subjects = await readSubjectPictures(data, manifest, facts.value);
  const page = qualityPage({ quality, facts: facts.value, gate: decision, previews, subjects, mark });
  await data.put(key, page, { contentType: 'text/html; charset=utf-8' });
}
