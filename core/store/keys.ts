// Builds and parses every object key. Each prefix of the data bucket has one writer; the IAM grants follow WRITERS.
import { contentName, sha256 } from '../base/hash.ts';

/** Prefix of the data bucket -> the stage that writes it. */
export const WRITERS = {
  config: 'validate',
  schemas: 'clean',
  uploads: 'validate',
  refused: 'validate',
  parts: 'clean',
  quarantine: 'clean',
  verdicts: 'clean',
  rollups: 'tick',
  snapshots: 'assemble',
  work: 'assemble',
  runs: 'train',
  models: 'train',
  registry: 'promote',
  ledger: 'sample',
  exports: 'sample',
  waivers: 'user',
  control: 'user',
} as const;
export type Prefix = keyof typeof WRITERS;

/** Placeholder in rejections of objects outside any dataset. It is not a valid dataset name. */
export const NO_DATASET = '_';
export const DATASET_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const CONFIG_FILE = 'dataset.yaml';

export type UnitPlace = { dataset: string; configId: string; uploadId: string; unit: string };

export const keys = {
  /** Prefix of everything that a stage has written for one dataset. */
  under: (prefix: Prefix, dataset: string) => `${prefix}/${dataset}/`,
  configs: (dataset: string) => `config/${dataset}/`,
  currentConfig: (dataset: string) => `config/${dataset}/current.json`,
  inferredConfig: (dataset: string) => `config/${dataset}/inferred.json`,
  config: (dataset: string, configId: string) => `config/${dataset}/${configId}.json`,
  schemas: (dataset: string) => `schemas/${dataset}/`,
  schema: (dataset: string, version: number) => `schemas/${dataset}/${version}.json`,
  uploads: (dataset: string) => `uploads/${dataset}/`,
  upload: (dataset: string, uploadId: string) => `uploads/${dataset}/${uploadId}.json`,
  allRefused: (dataset: string) => `refused/${dataset}/`,
  refused: (dataset: string, uploadId: string) => `refused/${dataset}/${uploadId}.json`,
  /** Named by their content; the unit's verdict holds the key. */
  part: (place: UnitPlace, sha: string) => `parts/${unitPath(place)}.${contentName(sha)}.parquet`,
  sidecar: (place: UnitPlace, sha: string) => `parts/${unitPath(place)}.${contentName(sha)}.sidecar.json`,
  quarantine: (place: UnitPlace, sha: string) => `quarantine/${unitPath(place)}.${contentName(sha)}.jsonl`,
  /** Key of the quarantine lines of a verdict without such a key, as older releases wrote it. */
  quarantineOfUnit: (place: UnitPlace) => `quarantine/${unitPath(place)}.jsonl`,
  quarantinedBytes: (place: UnitPlace, sha: string) => `quarantine/${unitPath(place)}/${sha}`,
  verdicts: (dataset: string, configId: string) => `verdicts/${dataset}/${configId}/`,
  uploadVerdicts: (dataset: string, configId: string, uploadId: string) =>
    `verdicts/${dataset}/${configId}/${uploadId}/`,
  verdict: (place: UnitPlace) => `verdicts/${unitPath(place)}.json`,
  rollup: (dataset: string, configId: string) => `rollups/${dataset}/${configId}/current.json`,
  rollupEntries: (dataset: string, configId: string, name: string) => `rollups/${dataset}/${configId}/${name}.json.gz`,
  rolledParts: (dataset: string, configId: string, name: string) => `rollups/${dataset}/${configId}/${name}.parquet`,
  tickNotes: (dataset: string) => `rollups/${dataset}/tick.json`,
  snapshots: (dataset: string) => `snapshots/${dataset}/`,
  snapshot: (dataset: string, snapshotId: string, file: string) => `snapshots/${dataset}/${snapshotId}/${file}`,
  /** The answer of the index container. */
  indexed: (dataset: string, snapshotId: string) => `snapshots/${dataset}/${snapshotId}/indexed.json`,
  /** The documents between the steps of assemble while a snapshot is made; they expire after a week. */
  sharedPlan: (dataset: string, snapshotId: string) => `work/${dataset}/${snapshotId}/snapshot.json`,
  /** The documents of core/snapshot/distributed.ts, for snapshots that many machines decide about. */
  gatherPlan: (dataset: string, snapshotId: string) => `work/${dataset}/${snapshotId}/plan.json`,
  gatherList: (dataset: string, snapshotId: string) => `work/${dataset}/${snapshotId}/batches.json`,
  /** What Step Functions writes of each call of gather. */
  gatherResults: (dataset: string, execution: string) => `work/${dataset}/gathered/${execution}`,
  /** The settings of the Spark program. */
  decideSettings: (dataset: string, snapshotId: string) => `work/${dataset}/${snapshotId}/settings.json`,
  decidedFolder: (dataset: string, snapshotId: string) => `work/${dataset}/${snapshotId}/decided`,
  workFolder: (dataset: string, snapshotId: string) => `work/${dataset}/${snapshotId}`,
  gatherBatch: (dataset: string, snapshotId: string, batch: number) =>
    `work/${dataset}/${snapshotId}/batches/${batchName(batch)}.json`,
  features: (dataset: string, snapshotId: string, batch: number) =>
    `work/${dataset}/${snapshotId}/features/${batchName(batch)}.parquet`,
  tallies: (dataset: string, snapshotId: string) => `work/${dataset}/${snapshotId}/tallies/`,
  tally: (dataset: string, snapshotId: string, batch: number) =>
    `work/${dataset}/${snapshotId}/tallies/${batchName(batch)}.json`,
  /** What Spark decided: `file` is under this folder. */
  decided: (dataset: string, snapshotId: string, file: string) => `work/${dataset}/${snapshotId}/decided/${file}`,
  shardList: (dataset: string, snapshotId: string) => `work/${dataset}/${snapshotId}/shards.json`,
  shardPlan: (dataset: string, snapshotId: string, shard: string) =>
    `work/${dataset}/${snapshotId}/shards/${shard}.json`,
  shardFailure: (dataset: string, snapshotId: string, shard: string) =>
    `work/${dataset}/${snapshotId}/failed/${shard}.json`,
  /** What Step Functions writes of each call of a map, by the name of the execution. */
  mapResults: (dataset: string, execution: string) => `work/${dataset}/written/${execution}`,
  manifest: (dataset: string, snapshotId: string) => `snapshots/${dataset}/${snapshotId}/manifest.json`,
  quality: (dataset: string, snapshotId: string) => `snapshots/${dataset}/${snapshotId}/quality.json`,
  qualityPage: (dataset: string, snapshotId: string) => `snapshots/${dataset}/${snapshotId}/quality.html`,
  runs: (dataset: string) => `runs/${dataset}/`,
  runPage: (dataset: string, runId: string) => keys.run(dataset, runId, 'index.html'),
  run: (dataset: string, runId: string, file: string) => `runs/${dataset}/${runId}/${file}`,
  runOutcome: (dataset: string, runId: string) => `runs/${dataset}/${runId}/run.json`,
  runHead: (dataset: string, runId: string) => `runs/${dataset}/${runId}/head.json`,
  runMetrics: (dataset: string, runId: string) => `runs/${dataset}/${runId}/metrics.jsonl`,
  checkpoint: (dataset: string, runId: string, step: number, file: string) =>
    `runs/${dataset}/${runId}/checkpoints/${String(step).padStart(10, '0')}/${file}`,
  models: (dataset: string) => `models/${dataset}/`,
  model: (dataset: string, modelId: string, file: string) => `models/${dataset}/${modelId}/${file}`,
  /**
   * The feature network shared by all models of a snapshot. Model ids start with their family and a dash, so none is
   * `features`.
   */
  featureNet: (dataset: string, snapshotId: string) => `models/${dataset}/features/${snapshotId}.json`,
  featureWeights: (dataset: string, sha256: string) => `models/${dataset}/features/${sha256}.safetensors`,
  modelCard: (dataset: string, modelId: string) => `models/${dataset}/${modelId}/card.json`,
  currentModel: (dataset: string) => `registry/${dataset}/current.json`,
  registry: (dataset: string) => `registry/${dataset}/`,
  registryEntry: (dataset: string, modelId: string) => `registry/${dataset}/${modelId}.json`,
  ledger: (dataset: string) => `ledger/${dataset}/`,
  /** Hashes of the outputs of one answer of the endpoint, named by their content. */
  outputs: (dataset: string, sha: string) => `ledger/${dataset}/${contentName(sha)}.json`,
  exports: (dataset: string) => `exports/${dataset}/`,
  /** An answer that is too large for a call, named by its content. */
  largeAnswer: (dataset: string, sha: string) => `exports/${dataset}/${contentName(sha)}/answer`,
  /** The body of a request that is too large for a call. */
  largeRequest: (dataset: string, ticket: string) => `exports/${dataset}/${ticket}/request`,
  export: (dataset: string, exportId: string, file: string) => `exports/${dataset}/${exportId}/${file}`,
  exportPlan: (dataset: string, exportId: string) => `exports/${dataset}/${exportId}/plan.json`,
  exportShards: (dataset: string, exportId: string) => `exports/${dataset}/${exportId}/shards.json`,
  /** What Step Functions writes of each call of a map. */
  exportResults: (dataset: string, execution: string) => `exports/${dataset}/written/${execution}`,
  exportReceipts: (dataset: string, exportId: string) => `exports/${dataset}/${exportId}/receipts/`,
  exportReceipt: (dataset: string, exportId: string, shard: string) =>
    `exports/${dataset}/${exportId}/receipts/${shard}.json`,
  exportFailure: (dataset: string, exportId: string) => `exports/${dataset}/${exportId}/failure.json`,
  exportManifest: (dataset: string, exportId: string) => `exports/${dataset}/${exportId}/manifest.json`,
  waivers: (dataset: string) => `waivers/${dataset}/`,
  waiver: (dataset: string, waiverId: string) => `waivers/${dataset}/${waiverId}.json`,
  stopRequest: (dataset: string, runId: string) => `control/${dataset}/${runId}.stop.json`,
} as const;

export type DropKey = { readonly dataset: string; readonly path: string };

/** Parses `<dataset>/<path>` of the drop bucket; undefined if the key is outside any dataset. */
export function parseDropKey(key: string): DropKey | undefined {
  const slash = key.indexOf('/');
  const dataset = key.slice(0, Math.max(slash, 0));
  const path = key.slice(slash + 1);
  return DATASET_NAME.test(dataset) && path !== '' ? { dataset, path } : undefined;
}

/** Returns whether the key is an effective configuration, which is named by its content and never changes. */
export function isConfigKey(key: string): boolean {
  return /^config\/[^/]+\/[0-9a-f]{16}\.json$/.test(key);
}

/** Returns whether the key is that of the pointer to the configuration in force of a dataset. */
export function isCurrentConfigKey(key: string): boolean {
  return /^config\/[^/]+\/current\.json$/.test(key);
}

/** Returns whether the object is the empty marker that consoles create for a folder. */
export function isFolderMarker(key: string, size: number): boolean {
  return key.endsWith('/') && size === 0;
}

export function dropKey(dataset: string, path: string): string {
  return `${dataset}/${path}`;
}

/** Returns the id of one version of one uploaded object. Length prefixes distinguish ("a", "bc") from ("ab", "c"). */
export function uploadIdOf(bucket: string, key: string, versionId: string): string {
  return sha256([bucket, key, versionId].map((part) => `${part.length}:${part}`).join('/'));
}

function batchName(batch: number): string {
  return String(batch).padStart(6, '0');
}

/**
 * Returns the name of one unit with the number of units, so that a list of verdicts shows which uploads are complete.
 */
export function unitName(index: number, count: number): string {
  return `${String(index).padStart(5, '0')}-of-${String(count).padStart(5, '0')}`;
}

/** Returns the name of the unit that cleans the items of a waiver again. */
export function waivedUnitName(unit: string, waiverId: string): string {
  return `${unit}.w${waiverId}`;
}

/** Returns the name of the planned unit, also for a unit of a waiver. */
export function plannedUnit(unit: string): string {
  return unit.split('.')[0] as string;
}

/** Whether the unit is one of its upload's plan, not one cleaned again under a waiver. */
export function isPlannedUnit(unit: string): boolean {
  return plannedUnit(unit) === unit;
}

export type VerdictKey = UnitPlace & { readonly unitCount: number };

/** Parses the key of a verdict; undefined for other keys. */
export function parseVerdictKey(key: string): VerdictKey | undefined {
  const match = /^verdicts\/([^/]+)\/([^/]+)\/([^/]+)\/(\d+-of-(\d+)[^/]*)\.json$/.exec(key);
  if (!match) return undefined;
  const [, dataset, configId, uploadId, unit, unitCount] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return { dataset, configId, uploadId, unit, unitCount: Number(unitCount) };
}

/** Returns the last segment of a key without its extension, for example the id in `uploads/<ds>/<uploadId>.json`. */
export function idInKey(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1).replace(/\.[a-z]+$/, '');
}

/** Returns the ids of the folders under a prefix such as `runs/<ds>/`, from the keys listed under it. */
export function folderInKey(prefix: string, key: string): string {
  const rest = key.slice(prefix.length);
  return rest.slice(0, Math.max(rest.indexOf('/'), 0));
}

function unitPath({ dataset, configId, uploadId, unit }: UnitPlace): string {
  return `${dataset}/${configId}/${uploadId}/${unit}`;
}
