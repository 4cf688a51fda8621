// The ingest on this machine: validation and cleaning of local files, with results in memory only.
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROOT } from '#client/target.ts';
import type { LocalFile } from '#client/upload/collect.ts';
import type { Kind } from '#core/base/names.ts';
import { CurrentConfig } from '#core/ingest/current-config.ts';
import { type UnitMessage, UploadRefusal, Verdict } from '#core/ingest/messages.ts';
import { noteOfFix, ruleOfFix } from '#core/kinds/define/fix-record.ts';
import type { Issue } from '#core/kinds/define/issue.ts';
import { isNote } from '#core/kinds/formats/notes-beside-tables.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { sampleBySize } from '#core/kinds/table/sample-by-size.ts';
import { readSourcePart } from '#core/snapshot/source-part.ts';
import { readJson } from '#core/store/json.ts';
import { dropKey, keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { loadCleaner } from '#stages/clean/load-cleaner.ts';
import { SCHEMA_SAMPLE } from '#stages/clean/majority-schema.ts';
import { validate } from '#stages/validate/stage.ts';
import { type Behind, fileStore } from './file-store.ts';
import { type CheckPreview, openPreview } from './preview.ts';

const PROCESSES = {
  readProcess: join(ROOT, 'functions', 'clean-table', 'read-process.ts'),
  decodeProcess: join(ROOT, 'functions', 'clean-audio', 'decode-process.ts'),
  extractProcess: join(ROOT, 'functions', 'clean-text', 'extract-process.ts'),
  scratch: tmpdir(),
};

/** Places kept for one code in one file; more are only counted. */
const MOST_PLACES = 1_000;
type FlaggedRow = {
  readonly path: string;
  readonly flags: readonly IssueCode[];
  readonly line?: number | bigint;
  readonly fixes?: readonly string[];
};
/** `note`: the extent of the issue, such as the seconds that are lost. */
type FlaggedPlace = Issue['place'] & { readonly note?: string };

/** Accepted items with an issue, by code: how many, and where the first of them are. */
export type FlaggedItems = readonly {
  readonly code: IssueCode;
  readonly items: number;
  readonly first: readonly FlaggedPlace[];
}[];
/** Either the whole upload is refused, or each of its units has a verdict. */
export type Outcome = {
  readonly refusal: UploadRefusal | undefined;
  readonly verdicts: readonly Verdict[];
  readonly flagged: FlaggedItems;
  readonly preview: CheckPreview | undefined;
};
export type LocalPipeline = {
  readonly drop: Store;
  readonly data: Store;
  /** Validates and cleans one file under its name in a dataset; two files may have the same name. */
  settle(name: string, file: { readonly path: string } | { readonly text: string }): Promise<Outcome>;
  current(): Promise<CurrentConfig | undefined>;
};

export type LocalPipelineOptions = {
  /** Accepted rows or texts of each file to show. */
  readonly previewRows?: number;
  /** All that will be settled: the first schema of tables is sought among them. By default the first file makes it. */
  readonly files?: readonly LocalFile[];
  /** Whether accepted items are kept, to make a snapshot of them. @default false, since those of many files would fill the memory */
  readonly keepsParts?: boolean;
};

export function openLocalPipeline(
  dataset: string,
  { previewRows = 0, files = [], keepsParts = false }: LocalPipelineOptions = {},
): LocalPipeline {
  const firstTables = firstTablesOf(files);
  const data = memoryStore();
  const objects = new Map<string, Behind>();
  const drop = fileStore('drop', objects);
  let settled = 0;
  return {
    drop,
    data,
    current: async () => (await readJson(data, keys.currentConfig(dataset), CurrentConfig))?.value,
    async settle(name, file) {
      const key = dropKey(dataset, name);
      settled++;
      objects.set(key, { ...file, versionId: `v${settled}` });
      const units: { kind: Kind; message: UnitMessage }[] = [];
      const facts = await drop.head(key);
      const object = { key, size: facts?.size, etag: facts?.etag, 'version-id': facts?.versionId };
      const { uploadId, state } = await validate(
        { 'detail-type': 'Object Created', detail: { bucket: { name: drop.bucket }, object } },
        {
          drop,
          data,
          send: async (kind, messages) => void units.push(...messages.map((message) => ({ kind, message }))),
        },
      );
      if (state === 'refused')
        return {
          refusal: (await readJson(data, keys.refused(dataset, uploadId), UploadRefusal))?.value,
          verdicts: [],
          flagged: [],
          preview: undefined,
        };
      const verdicts: Verdict[] = [];
      const flagged = new Map<IssueCode, FlaggedPlace[]>();
      const preview = openPreview(data, previewRows);
      for (const { kind, message } of units) {
        const clean = await loadCleaner(kind, {
          ...PROCESSES,
          ...(firstTables && { firstTables }),
          ...(previewRows > 0 && { preview: { rows: previewRows, show: preview.table } }),
        });
        await clean(message, { drop, data });
        const verdict = await readJson(data, keys.verdict(message), Verdict);
        if (verdict) {
          verdicts.push(verdict.value);
          await collectFlagged(flagged, data, verdict.value, kind);
          await preview.texts(verdict.value, kind);
        }
        if (verdict?.value.part && !keepsParts) await data.delete(verdict.value.part.key);
      }
      return { refusal: undefined, verdicts, flagged: summed(flagged), preview: preview.shown() };
    },
  };
}

/** Reads as many tables as for an archive, spread over the files and the largest. For a single file or archives this is not needed. */
function firstTablesOf(files: readonly LocalFile[]) {
  const readable = files.filter(({ size, name }) => size > 0 && size <= SCHEMA_SAMPLE.bytes && !isNote(name));
  if (readable.length < 2) return undefined;
  const sizes = readable.map(({ size }) => size);
  return sampleBySize(sizes, SCHEMA_SAMPLE.files).map((i) => {
    const { name, path } = readable[i] as LocalFile;
    return { path: name, file: resolve(path) };
  });
}

/** Collects in the order of the part. */
async function collectFlagged(
  flagged: Map<IssueCode, FlaggedPlace[]>,
  data: Store,
  { part, byIssue }: Verdict,
  kind: Kind,
): Promise<void> {
  if (!part || Object.keys(byIssue).length === 0) return;
  // Items of lines are many, and what is said of them is said of their columns.
  const columns = ['path', 'flags', definitionOf(kind).hasLines ? 'line' : 'fixes'] as const;
  for (const { path, line, flags, fixes = [] } of await readSourcePart<FlaggedRow>(data, part, columns)) {
    const notes = new Map(fixes.map((record) => [ruleOfFix(record), noteOfFix(record)]));
    for (const code of flags) {
      const places = flagged.get(code) ?? [];
      const note = notes.get(code);
      places.push({ path, ...(line !== undefined && { line: Number(line) }), ...(note !== undefined && { note }) });
      flagged.set(code, places);
    }
  }
}

/** The rarest first, because an issue of few items is more informative than one of all items. */
function summed(flagged: ReadonlyMap<IssueCode, readonly FlaggedPlace[]>): FlaggedItems {
  const all = [...flagged].map(([code, places]) => ({
    code,
    items: places.length,
    first: places.slice(0, MOST_PLACES),
  }));
  return all.sort((a, b) => a.items - b.items || (a.code < b.code ? -1 : 1));
}
