// Shows one rejected item with everything that is known about it.
import { writeFileSync } from 'node:fs';
import { describeIssue } from '#core/kinds/issues.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { actionUnder, issueCodesOf } from '#core/kinds/waiver.ts';
import { keys } from '#core/store/keys.ts';
import type { Context } from '../../context.ts';
import { checkedDataset } from '../checked-dataset.ts';
import { findHeld, type LocatedRejection, readVerdicts, shownHeld } from './held-items.ts';
import type { HeldItemOutput } from './output.ts';
import { configOf, planOf, readSource } from './source-of.ts';

/** `name`: id, path or path:line. `out`: a file for the row, the document or the bytes. */
export async function showHeld(
  { deployment }: Context,
  givenDataset: string,
  name: string,
  { out }: { out?: string | undefined },
): Promise<HeldItemOutput> {
  const dataset = checkedDataset(givenDataset);
  const verdicts = await readVerdicts(deployment, dataset);
  const { kind, configId, rules } = await configOf(deployment, verdicts, dataset);
  const [held] = (await findHeld(deployment.data, { dataset, ...verdicts }, [name])) as [LocatedRejection];
  const { source, slice } = await planOf(deployment, dataset, held);
  const place = { dataset, configId, uploadId: held.uploadId, unit: held.unit };
  const bytesKey = held.bytesSha256 === undefined ? undefined : keys.quarantinedBytes(place, held.bytesSha256);
  if (out !== undefined) {
    const kept = bytesKey === undefined ? undefined : (await deployment.data.get(bytesKey))?.body;
    writeFileSync(out, held.row ?? kept ?? (await readSource(deployment, { ...place, source, slice }, held)));
  }
  return {
    dataset,
    item: shownHeld(held),
    sentences: held.issues.map((issue) => `${issue.code}: ${describeIssue(issue)}`),
    ways: issueCodesOf(held).map((code) => ({
      code,
      release: actionUnder(definitionOf(kind).rules, code, 'release', rules) !== undefined,
      fix: actionUnder(definitionOf(kind).rules, code, 'fix', rules) !== undefined,
    })),
    row: held.row ?? null,
    bytes: bytesKey === undefined ? null : { bucket: deployment.data.bucket, key: bytesKey },
    source: { bucket: deployment.drop.bucket, key: source.key, versionId: source.versionId },
    file: out ?? null,
  };
}
