// Writes the results of cleaning a unit: objects named by their content, and a verdict that names them and is written once. Two concurrent
// calls for one unit can have different results, because rules can change with a release of the code. The first verdict stands, and the
// objects that it names exist.
import { canonicalJson, sha256 } from '../base/hash.ts';
import type { SidecarEntry } from '../kinds/sidecar.ts';
import { readJson, writeOnce } from '../store/json.ts';
import { keys, type UnitPlace } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { Verdict } from './messages.ts';
import type { CleanOutcome } from './open-unit.ts';

const PARQUET = 'application/vnd.apache.parquet';

export async function writePart(
  data: Store,
  place: UnitPlace,
  bytes: Uint8Array,
  items: number,
): Promise<NonNullable<Verdict['part']>> {
  const hash = sha256(bytes);
  const key = keys.part(place, hash);
  await data.put(key, bytes, { contentType: PARQUET });
  return { key, sha256: hash, items };
}

/** `alone`: the sidecar was dropped separately, not in an archive. */
export async function writeSidecar(
  data: Store,
  place: UnitPlace,
  { path, entries }: { readonly path: string; readonly entries: readonly SidecarEntry[] },
  alone: boolean,
): Promise<NonNullable<Verdict['sidecar']>> {
  const text = canonicalJson(entries);
  const hash = sha256(text);
  const key = keys.sidecar(place, hash);
  await data.put(key, text, { contentType: 'application/json' });
  return { path, key, sha256: hash, alone };
}

/** Returns what the stored verdict says, whoever wrote it. */
export async function writeVerdict(data: Store, verdict: Verdict): Promise<CleanOutcome> {
  const key = keys.verdict(verdict);
  const { first, same } = await writeOnce(data, key, verdict);
  const stored = same ? verdict : (await readJson(data, key, Verdict))?.value;
  if (!stored) throw new Error(`${key} was there and is gone`);
  const { uploadId, unit, items } = stored;
  return { state: first ? 'cleaned' : 'done-before', uploadId, unit, ...items };
}
