// Names of folders that programs stumble over, as classes from the parts to the report and the gate.
import { expect, test } from 'vitest';
import { GateConfig } from '#core/kinds/gate-config.ts';
import { Manifest } from '#core/snapshot/messages.ts';
import { Quality } from '#core/snapshot/quality/quality.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { assemble, CONFIG, configure, DATASET, dropCleaned, openBuckets, pictures, request } from '../index/world.ts';

const LABELS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  '0',
  "' or 1=1--",
  '<b>',
  '🐈',
];
const EACH = 6;

test('a class keeps its name and its items, whatever it is called', async () => {
  const buckets = openBuckets();
  await configure(buckets, { ...CONFIG, gate: GateConfig.parse({ minPerClass: EACH + 1 }) });
  const units = LABELS.map((label, i) => pictures(i * EACH, (i + 1) * EACH, label));
  await dropCleaned(buckets, 'all.zip', units);
  const { sealed } = await assemble(buckets, request({ trigger: 'report' }));
  const manifest = await readJson(buckets.data, keys.manifest(DATASET, sealed.snapshotId), Manifest);
  const quality = await readJson(buckets.data, keys.quality(DATASET, sealed.snapshotId), Quality);
  expect([...(manifest?.value.labels ?? [])].sort()).toEqual([...LABELS].sort());
  expect(new Map(Object.entries(quality?.value.byLabel ?? {}))).toEqual(new Map(LABELS.map((label) => [label, EACH])));
  const asked = sealed.gate.missing.map(({ what }) => what).join('\n');
  for (const label of LABELS) expect(asked).toContain(label);
  const page = new TextDecoder().decode((await buckets.data.get(keys.qualityPage(DATASET, sealed.snapshotId)))?.body);
  expect(page).toContain('__proto__');
  expect(page).not.toContain('<b>');
});
