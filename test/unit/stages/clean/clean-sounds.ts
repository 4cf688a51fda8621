// A unit of sounds, cleaned in stores in memory.
import type { UnitMessage, Verdict } from '#core/ingest/messages.ts';
import { effectiveConfig } from '#core/kinds/config.ts';
import type { UnitWaiver } from '#core/kinds/waiver.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { cleanAudio } from '#stages/clean/audio.ts';
import { decodeAudioPart } from '../../../fixtures/parts.ts';
import { openPatientDecoder } from '../../../fixtures/patient-decoder.ts';
import { zipOf } from '../../../fixtures/pictures.ts';

/** Cleans a zip of clips in a dataset configured so. */
export async function cleanSounds(files: Record<string, Uint8Array>, file: object = {}, waiver?: UnitWaiver) {
  const drop = memoryStore({ bucket: 'drop', versioned: true });
  const data = memoryStore({ bucket: 'data' });
  const key = 'clips/all.zip';
  await drop.put(key, await zipOf(files));
  const facts = await drop.head(key);
  await data.put(
    keys.config('clips', 'c'),
    JSON.stringify(effectiveConfig({ kind: 'audio', ...file } as never, undefined)),
  );
  const message: UnitMessage = {
    dataset: 'clips',
    uploadId: 'u',
    configId: 'c',
    unit: '00000-of-00001',
    source: { key, versionId: facts?.versionId ?? '', size: facts?.size ?? 0, etag: '' },
    slice: { type: 'zip', firstEntry: 0, entryCount: Object.keys(files).length },
    ...(waiver && { waiver }),
  };
  await cleanAudio(message, { drop, data, openDecoder: openPatientDecoder });
  const read = async (at: string) => new TextDecoder().decode((await data.get(at))?.body);
  const verdict = JSON.parse(await read(keys.verdict(message))) as Verdict;
  const part = verdict.part ? await data.get(verdict.part.key) : undefined;
  const lines = (await read(verdict.quarantine ?? '')).split('\n').filter(Boolean);
  const rejected = lines.map(
    (line) => JSON.parse(line) as { path: string; issues: { code: string }[]; bytesSha256?: string },
  );
  return {
    verdict,
    items: part ? await decodeAudioPart(part.body) : [],
    rejected: Object.fromEntries(rejected.map(({ path, issues }) => [path, issues[0]?.code])),
    kept: rejected.map(({ bytesSha256 }) => bytesSha256),
  };
}
