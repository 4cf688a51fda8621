// Takes a dataset.yaml that was dropped: refuses it with its lines, or brings the newest one into force.
import { CONFIG_BYTES, parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { CONFIG_FILE } from '#core/store/keys.ts';
import { settleConfig } from './configuration.ts';
import { refuse, type Upcoming, type ValidateOutcome } from './refuse.ts';
import { resendPending, type SendDeps } from './send.ts';
import { sourceRanges } from './source.ts';

/** Judges the file of the event; the newest file comes into force. Throws SupersededError. */
export async function configure(deps: SendDeps, upcoming: Upcoming): Promise<ValidateOutcome> {
  const { dataset, source, uploadId } = upcoming;
  if (source.size > CONFIG_BYTES) {
    const facts = { given: `${source.size} bytes`, allowed: `at most ${CONFIG_BYTES} bytes` };
    return refuse(deps, upcoming, [{ code: 'upload.too-large', place: { path: CONFIG_FILE }, ...facts }]);
  }
  const text = source.size === 0 ? new Uint8Array() : await sourceRanges(deps.drop, upcoming)(0, source.size - 1);
  const parsed = parseDatasetFile(new TextDecoder().decode(text));
  if (!parsed.ok) return refuse(deps, upcoming, parsed.issues);
  const current = await settleConfig(deps, dataset);
  const units = current ? await resendPending(deps, dataset, current) : 0;
  return { state: 'configured', uploadId, units };
}
