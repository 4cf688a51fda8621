import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dropKey,
  folderInKey,
  idInKey,
  isFolderMarker,
  keys,
  parseDropKey,
  parseVerdictKey,
  unitName,
  uploadIdOf,
  WRITERS,
} from '#core/store/keys.ts';

test.each([
  ['digits/3/a.png', { dataset: 'digits', path: '3/a.png' }],
  ['digits/a b+c%20😀.png', { dataset: 'digits', path: 'a b+c%20😀.png' }],
  ['digits/../other/a.png', { dataset: 'digits', path: '../other/a.png' }],
  ['digits//a.png', { dataset: 'digits', path: '/a.png' }],
  ['digits/', undefined],
  ['a.png', undefined],
  ['/a.png', undefined],
  ['Digits/a.png', undefined],
  ['_/a.png', undefined],
  ['../a.png', undefined],
  ['-x/a.png', undefined],
  [`${'d'.repeat(64)}/a.png`, undefined],
])('%j is read as %j', (key, expected) => expect(parseDropKey(key)).toEqual(expected));

test('what a drop key is built from comes back', () => {
  const dataset = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/);
  fc.assert(
    fc.property(dataset, fc.string({ minLength: 1, unit: 'grapheme' }), (name, path) => {
      expect(parseDropKey(dropKey(name, path))).toEqual({ dataset: name, path });
    }),
  );
});

test('uploads whose parts run into one another have different ids', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
      fc.pre(a !== c || b !== d);
      expect(uploadIdOf('drop', a, b)).not.toBe(uploadIdOf('drop', c, d));
    }),
  );
  expect(uploadIdOf('a', 'bc', '1')).not.toBe(uploadIdOf('ab', 'c', '1'));
});

test('a verdict key gives back its place and the number of units', () => {
  const place = { dataset: 'digits', configId: '0123456789abcdef', uploadId: 'ff'.repeat(32), unit: unitName(3, 12) };
  expect(parseVerdictKey(keys.verdict(place))).toEqual({ ...place, unitCount: 12 });
  expect(parseVerdictKey(keys.part(place, 'a'.repeat(64)))).toBeUndefined();
});

test('any text is parsed without a throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseVerdictKey(text);
      parseDropKey(text);
      idInKey(text);
      folderInKey(text, text);
    }),
  );
});

test('units sort as they are cut', () => {
  expect([unitName(10, 100), unitName(9, 100)].sort()).toEqual(['00009-of-00100', '00010-of-00100']);
});

const HASH = 'a'.repeat(64);
const PLACE = { dataset: 'd', configId: 'c', uploadId: 'u', unit: '00000-of-00001' };
const BUILT: { readonly [Name in keyof typeof keys]: readonly [built: string, key: string] } = {
  under: [keys.under('runs', 'd'), 'runs/d/'],
  configs: [keys.configs('d'), 'config/d/'],
  currentConfig: [keys.currentConfig('d'), 'config/d/current.json'],
  inferredConfig: [keys.inferredConfig('d'), 'config/d/inferred.json'],
  config: [keys.config('d', 'c'), 'config/d/c.json'],
  schemas: [keys.schemas('d'), 'schemas/d/'],
  schema: [keys.schema('d', 3), 'schemas/d/3.json'],
  uploads: [keys.uploads('d'), 'uploads/d/'],
  upload: [keys.upload('d', 'u'), 'uploads/d/u.json'],
  allRefused: [keys.allRefused('d'), 'refused/d/'],
  refused: [keys.refused('d', 'u'), 'refused/d/u.json'],
  part: [keys.part(PLACE, HASH), 'parts/d/c/u/00000-of-00001.aaaaaaaaaaaaaaaa.parquet'],
  sidecar: [keys.sidecar(PLACE, HASH), 'parts/d/c/u/00000-of-00001.aaaaaaaaaaaaaaaa.sidecar.json'],
  quarantine: [keys.quarantine(PLACE, HASH), 'quarantine/d/c/u/00000-of-00001.aaaaaaaaaaaaaaaa.jsonl'],
  quarantineOfUnit: [keys.quarantineOfUnit(PLACE), 'quarantine/d/c/u/00000-of-00001.jsonl'],
  quarantinedBytes: [keys.quarantinedBytes(PLACE, 'ff'), 'quarantine/d/c/u/00000-of-00001/ff'],
  verdicts: [keys.verdicts('d', 'c'), 'verdicts/d/c/'],
  uploadVerdicts: [keys.uploadVerdicts('d', 'c', 'u'), 'verdicts/d/c/u/'],
  verdict: [keys.verdict(PLACE), 'verdicts/d/c/u/00000-of-00001.json'],
  rollup: [keys.rollup('d', 'c'), 'rollups/d/c/current.json'],
  rollupEntries: [keys.rollupEntries('d', 'c', 'n'), 'rollups/d/c/n.json.gz'],
  rolledParts: [keys.rolledParts('d', 'c', 'n'), 'rollups/d/c/n.parquet'],
  tickNotes: [keys.tickNotes('d'), 'rollups/d/tick.json'],
  snapshots: [keys.snapshots('d'), 'snapshots/d/'],
  snapshot: [keys.snapshot('d', 's', 'f'), 'snapshots/d/s/f'],
  indexed: [keys.indexed('d', 's'), 'snapshots/d/s/indexed.json'],
  sharedPlan: [keys.sharedPlan('d', 's'), 'work/d/s/snapshot.json'],
  gatherPlan: [keys.gatherPlan('d', 's'), 'work/d/s/plan.json'],
  gatherList: [keys.gatherList('d', 's'), 'work/d/s/batches.json'],
  gatherResults: [keys.gatherResults('d', 's'), 'work/d/gathered/s'],
  decideSettings: [keys.decideSettings('d', 's'), 'work/d/s/settings.json'],
  decidedFolder: [keys.decidedFolder('d', 's'), 'work/d/s/decided'],
  workFolder: [keys.workFolder('d', 's'), 'work/d/s'],
  gatherBatch: [keys.gatherBatch('d', 's', 7), 'work/d/s/batches/000007.json'],
  features: [keys.features('d', 's', 7), 'work/d/s/features/000007.parquet'],
  tallies: [keys.tallies('d', 's'), 'work/d/s/tallies/'],
  tally: [keys.tally('d', 's', 7), 'work/d/s/tallies/000007.json'],
  decided: [keys.decided('d', 's', 'decided.json'), 'work/d/s/decided/decided.json'],
  shardList: [keys.shardList('d', 's'), 'work/d/s/shards.json'],
  shardPlan: [keys.shardPlan('d', 's', 'train-00000'), 'work/d/s/shards/train-00000.json'],
  shardFailure: [keys.shardFailure('d', 's', 'train-00000'), 'work/d/s/failed/train-00000.json'],
  mapResults: [keys.mapResults('d', 's'), 'work/d/written/s'],
  manifest: [keys.manifest('d', 's'), 'snapshots/d/s/manifest.json'],
  quality: [keys.quality('d', 's'), 'snapshots/d/s/quality.json'],
  qualityPage: [keys.qualityPage('d', 's'), 'snapshots/d/s/quality.html'],
  runs: [keys.runs('d'), 'runs/d/'],
  runPage: [keys.runPage('d', 'r'), 'runs/d/r/index.html'],
  run: [keys.run('d', 'r', 'f'), 'runs/d/r/f'],
  runOutcome: [keys.runOutcome('d', 'r'), 'runs/d/r/run.json'],
  runHead: [keys.runHead('d', 'r'), 'runs/d/r/head.json'],
  runMetrics: [keys.runMetrics('d', 'r'), 'runs/d/r/metrics.jsonl'],
  checkpoint: [keys.checkpoint('d', 'r', 12, 'f'), 'runs/d/r/checkpoints/0000000012/f'],
  models: [keys.models('d'), 'models/d/'],
  model: [keys.model('d', 'm', 'f'), 'models/d/m/f'],
  featureNet: [keys.featureNet('d', 's'), 'models/d/features/s.json'],
  featureWeights: [keys.featureWeights('d', 'ff'), 'models/d/features/ff.safetensors'],
  modelCard: [keys.modelCard('d', 'm'), 'models/d/m/card.json'],
  currentModel: [keys.currentModel('d'), 'registry/d/current.json'],
  registry: [keys.registry('d'), 'registry/d/'],
  registryEntry: [keys.registryEntry('d', 'm'), 'registry/d/m.json'],
  ledger: [keys.ledger('d'), 'ledger/d/'],
  outputs: [keys.outputs('d', '0123456789abcdef01'), 'ledger/d/0123456789abcdef.json'],
  exports: [keys.exports('d'), 'exports/d/'],
  largeAnswer: [keys.largeAnswer('d', '0123456789abcdef01'), 'exports/d/0123456789abcdef/answer'],
  largeRequest: [keys.largeRequest('d', 't'), 'exports/d/t/request'],
  export: [keys.export('d', 'e', 'part-00000.csv'), 'exports/d/e/part-00000.csv'],
  exportPlan: [keys.exportPlan('d', 'e'), 'exports/d/e/plan.json'],
  exportShards: [keys.exportShards('d', 'e'), 'exports/d/e/shards.json'],
  exportResults: [keys.exportResults('d', 'e'), 'exports/d/written/e'],
  exportReceipts: [keys.exportReceipts('d', 'e'), 'exports/d/e/receipts/'],
  exportReceipt: [keys.exportReceipt('d', 'e', 's'), 'exports/d/e/receipts/s.json'],
  exportFailure: [keys.exportFailure('d', 'e'), 'exports/d/e/failure.json'],
  exportManifest: [keys.exportManifest('d', 'e'), 'exports/d/e/manifest.json'],
  waivers: [keys.waivers('d'), 'waivers/d/'],
  waiver: [keys.waiver('d', 'w'), 'waivers/d/w.json'],
  stopRequest: [keys.stopRequest('d', 'r'), 'control/d/r.stop.json'],
};

test('every key is built as stored documents have it', () => {
  expect(Object.keys(BUILT)).toEqual(Object.keys(keys));
  for (const [name, [built, key]] of Object.entries(BUILT)) expect(built, name).toBe(key);
});

test('every key lies under a prefix with one writer, and every prefix has a key', () => {
  const prefixes = Object.values(BUILT).map(([key]) => key.split('/')[0]);
  expect([...new Set(prefixes)].sort()).toEqual(Object.keys(WRITERS).sort());
});

test.each([
  ['digits/3/', 0, true],
  ['digits/3/', 1, false],
  ['digits/3', 0, false],
])('%s of %i bytes: a folder marker is %s', (key, size, marker) => {
  expect(isFolderMarker(key, size)).toBe(marker);
});
