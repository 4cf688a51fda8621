// Finds the objects under s3://bucket/prefix and copies them into the drop bucket, inside S3.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sortFiles } from '#core/ingest/archive/entry.ts';
import { spread } from '#core/ingest/infer-dataset.ts';
import { joinRemarks } from '#core/kinds/define/remark.ts';
import { CONFIG_FILE, dropKey } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { ListedObject, Store } from '#core/store/store.ts';
import type { Context } from '../../context.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { type LocalFile, refuseClashes } from '../collect.ts';
import { arrangeLake } from '../lake/arrange-lake.ts';
import type { Uploaded } from '../upload-files.ts';
import { type Address, parseAddress } from './address.ts';
import { explainSource } from './explain-source.ts';
import type { Gathered } from './gathered.ts';
import type { SourceBucket } from './source-bucket.ts';

const AT_ONCE = 16;
/** Objects whose beginnings are read, so that a new dataset is configured. */
const SAMPLES = 64;
const SAMPLE_BYTES = 256 * 1024;
/** The log of a Delta table and the metadata of an Iceberg table say which of its files count. */
const LOG = /(^|\/)(_delta_log\/\d+\.(json|checkpoint(\.\d+\.\d+)?\.parquet)|metadata\/[^/]+\.(metadata\.json|avro))$/;

/** `name`: below the prefix. */
type Found = { readonly name: string; readonly source: SourceBucket; readonly object: ListedObject };

/** `folder`: for beginnings of objects and for what is read whole: dataset.yaml and the log of a Delta table. */
export async function gatherObjects(
  { deployment, notify }: Context,
  dataset: string,
  addresses: readonly string[],
  folder: string,
): Promise<Gathered> {
  const found: Found[] = [];
  for (const path of addresses) {
    const address = parseAddress(path);
    if ([deployment.drop.bucket, deployment.data.bucket].includes(address.bucket))
      throw new ClientFailure(`${path} is in a bucket of this deployment.`, {
        next: 'Name the bucket where the data comes from.',
        exitCode: EXIT.usage,
      });
    const source = deployment.source(address.bucket);
    try {
      found.push(...(await objectsAt(source, address, path)));
    } catch (error) {
      throw explainSource(error, address);
    }
  }
  refuseClashes(found.map(({ name }) => dropKey(dataset, name)));
  const configs = found.filter(({ name }) => name === CONFIG_FILE);
  const content = found.filter(({ name }) => name !== CONFIG_FILE);
  const config = configs[0] && (await fetched(configs[0], folder));
  for (const log of content.filter(({ name }) => LOG.test(name))) await fetched(log, folder);
  const files = content.map(({ name, object }): LocalFile => ({ path: pathIn(folder, name), name, size: object.size }));
  const sorted = sortFiles(files, ({ name }) => name);
  const arranged = await arrangeLake(sorted.files);
  const taken = new Map(arranged.files.map(({ path, name }) => [path, name]));
  const chosen = content.flatMap((one) => {
    const name = taken.get(pathIn(folder, one.name));
    return name === undefined ? [] : [{ ...one, name }];
  });
  const sampled = spread(chosen.length, SAMPLES).map((i) => chosen[i] as Found);
  await mapLimit(sampled, AT_ONCE, (one) => fetched(one, folder, SAMPLE_BYTES));
  return {
    samples: sampled.map(({ name, object }) => ({
      type: 'file',
      key: dropKey(dataset, name),
      file: { path: pathIn(folder, name), name, size: object.size },
    })),
    sent: new Map(chosen.map(({ name }) => [dropKey(dataset, name), 1])),
    configPath: config,
    remarks: joinRemarks([...sorted.remarks, ...arranged.remarks]),
    send: () => copyAll(deployment.drop, dataset, chosen, notify),
  };
}

function pathIn(folder: string, name: string): string {
  return join(folder, 'objects', name);
}

/** The object of this key, or all below it as a folder. */
async function objectsAt(source: SourceBucket, { prefix }: Address, path: string): Promise<Found[]> {
  const found: Found[] = [];
  for await (const object of source.list(prefix)) {
    const isOne = object.key === prefix;
    const isBelow = prefix === '' || object.key.startsWith(`${prefix}/`);
    // A key with a slash at its end stands for a folder.
    if ((!isOne && !isBelow) || object.key.endsWith('/')) continue;
    const name = isOne
      ? (object.key.split('/').at(-1) as string)
      : object.key.slice(prefix === '' ? 0 : prefix.length + 1);
    found.push({ name, source, object });
  }
  if (found.length === 0)
    throw new ClientFailure(`There is nothing at ${path}.`, {
      next: `List what the bucket contains: aws s3 ls s3://${source.bucket}/`,
      exitCode: EXIT.usage,
    });
  return found;
}

/** The path of a local copy of the object, or of its beginning. */
async function fetched({ name, source, object }: Found, folder: string, bytes = object.size): Promise<string> {
  const path = pathIn(folder, name);
  const range = { first: 0, last: Math.min(bytes, object.size) - 1 };
  const read = range.last < 0 ? undefined : await source.get(object.key, { range });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, read?.body ?? new Uint8Array());
  return path;
}

/** Copies what is not there with the same size and not older than its source; so a command that was stopped goes on. */
async function copyAll(
  drop: Store,
  dataset: string,
  found: readonly Found[],
  notify: Context['notify'],
): Promise<Uploaded> {
  const result: Uploaded = { uploaded: [], unchanged: [] };
  const there = new Map<string, ListedObject>();
  for await (const object of drop.list(`${dataset}/`)) there.set(object.key, object);
  const onProgress = () =>
    notify({
      type: 'progress',
      activity: 'upload',
      done: result.uploaded.length + result.unchanged.length,
      total: found.length,
    });
  onProgress();
  await mapLimit(found, AT_ONCE, async ({ name, source, object }) => {
    const key = dropKey(dataset, name);
    const old = there.get(key);
    const unchanged = old !== undefined && old.size === object.size && old.modifiedAt >= object.modifiedAt;
    try {
      if (!unchanged) await source.copy(object, { bucket: drop.bucket, key });
    } catch (error) {
      throw explainSource(error, { bucket: source.bucket, prefix: object.key });
    }
    (unchanged ? result.unchanged : result.uploaded).push(key);
    notify({ type: 'object-sent', key, files: 1, unchanged });
    onProgress();
  });
  notify({ type: 'finished', activity: 'upload' });
  return { uploaded: result.uploaded.sort(), unchanged: result.unchanged.sort() };
}
