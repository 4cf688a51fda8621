// The definition of a kind of data, without native libraries. Everything outside core/kinds reads this definition instead of comparing
// names of kinds.

import type { Kind } from '../../base/names.ts';
import type { PartColumn, PartRow } from '../../base/parquet-columns.ts';
import type { EffectiveConfig } from '../config.ts';
import type { IssueCode } from '../issues.ts';
import type { SnapshotSchema } from '../table/schema/snapshot-schema.ts';
import type { ModelFamily } from '../train-config.ts';
import type { IssueKind } from './issue-kind.ts';
import type { Rules } from './rules-in-force.ts';

/** The format that the first bytes of a file show. */
export type Family =
  | 'image'
  | 'audio'
  | 'text'
  | 'document'
  | 'parquet'
  | 'records'
  | 'sheet'
  | 'gzip'
  | 'packed'
  | 'zip'
  | 'tar'
  | 'other';

/** The configuration without the settings that affect neither items nor snapshots. */
export type ItemConfig = EffectiveConfig extends infer Config
  ? Config extends EffectiveConfig
    ? Omit<Config, 'gate' | 'train'>
    : never
  : never;

/** An array of all items beside their class indices, or Parquet with one row an item. */
export type ShardLayout =
  | {
      readonly type: 'array';
      readonly holds: 'pixels' | 'samples';
      readonly values: 'uint8' | 'int16';
      /** Its values are the column `bytes` of a part. */
      itemShape(config: ItemConfig): readonly number[];
    }
  | {
      readonly type: 'rows';
      /** Returns null if the snapshot has no schema although the kind needs one. */
      columns(schema: SnapshotSchema | null, config: ItemConfig): Readonly<Record<string, PartColumn>> | null;
      /** The columns of a part that it is made from. */
      read(schema: SnapshotSchema | null, config: ItemConfig): readonly string[];
      /** Returns undefined if the row of the part is invalid. */
      row(item: PartRow): PartRow | undefined;
    };

/** The content of an item that a page can show. `cells`: the cells of its row; the schema names their columns. */
export type ItemPreview =
  | {
      readonly shows: 'pixels';
      readonly width: number;
      readonly height: number;
      readonly channels: number;
      readonly pixels: Uint8Array;
    }
  | { readonly shows: 'samples'; readonly samples: Int16Array; readonly sampleRate: number }
  | { readonly shows: 'text'; readonly text: string }
  | { readonly shows: 'cells' };

/** The definition of kinds whose items are rows of columns with a schema. */
export type TabularKind = {
  /** Returns the version of the schema that the rows are checked against. */
  schemaVersion(config: EffectiveConfig): number;
  /** Names of the columns that name a row and that keep rows in one split. */
  rowColumns(config: EffectiveConfig): { readonly key: string | null; readonly group: string | null };
};

/** 1,769 MiB is where Lambda gives a whole processor. */
export type CleanerResources = {
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  /** Size of the scratch folder. @default 512 */
  readonly scratchMiB?: number;
  /** Native libraries that are packaged with the code. @default none */
  readonly native?: readonly ('sharp' | 'duckdb')[];
  /** Files of the function's folder that run as separate processes. @default none */
  readonly children?: readonly string[];
  /** Modules that are bundled into files of their own. @default none */
  readonly apart?: readonly (
    | 'eld/small'
    | 'libheif-js/wasm-bundle.js'
    | '@jsquash/jxl/codec/dec/jxl_dec.js'
    | '@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.js'
  )[];
  /**
   * Ten files of at most this size are cleaned in one call; in the worst case they take half of its time. 0: every file has a call of its
   * own.
   */
  readonly lightBytes: number;
};

export type KindDefinition = {
  readonly kind: Kind;
  /** The nouns for an item: "image", "images", "an image". */
  readonly item: { readonly one: string; readonly many: string; readonly withArticle: string };
  readonly issues: Readonly<Record<string, IssueKind>>;
  readonly rules: Rules;
  /** The content that a dataset accepts besides archives. */
  readonly content: {
    readonly families: readonly Family[];
    /** Returns whether a first upload of this content suggests this kind; without the function it always does. */
    readonly claims?: (family: Family, start: Uint8Array, path: string) => boolean;
    /** Returns whether a file of this name describes the data and contains no items. */
    readonly isNote?: (path: string) => boolean;
  };
  /**
   * Maximum number of files and bytes of an archive in one unit, and maximum bytes of a file that is dropped separately.
   */
  readonly unit: { readonly entries: number; readonly bytes: number; readonly fileBytes: number };
  /** Whether an item can be a line of a file. */
  readonly hasLines: boolean;
  /** Whether a sidecar file can state the labels of the items. */
  readonly takesSidecar: boolean;
  /** Names of the measures for people, with units; null where measures are the user's own columns. */
  readonly measures: Readonly<Record<string, string>> | null;
  /** Sentences for pages: about items that repeat another one, and about a dataset whose age is unknown. */
  readonly words: { readonly copies: string; readonly age: string };
  readonly tabular: TabularKind | null;
  readonly shard: ShardLayout;
  /** The function that cleans it: functions/clean-<kind>/. */
  readonly cleaner: CleanerResources;
  readonly preview: {
    /** Columns of a part that it is made from; undefined for all. */
    readonly columns: readonly string[] | undefined;
    of(row: PartRow): ItemPreview;
    /** How a rejected file can be shown; null if it cannot. */
    readonly dropped: 'picture' | 'sound' | null;
  };
  /** The alignment of items with each other when a snapshot is made; only for kinds that support it. */
  readonly alignment: {
    /** The rule for items that do not fit; it only acts where items are aligned. */
    readonly rule: IssueCode;
    isOn(config: ItemConfig): boolean;
  } | null;
  /** Returns the group that keeps an item in one split with others, if dataset.yaml names none. Absent: the content of the item decides. */
  groupOf?(row: PartRow): string | null;
  /**
   * Limits of drawing with models of the kind: items of one call, of a shard of an export (as many as one call can draw within its time and memory),
   * and of an export; and the default media type of files.
   */
  readonly drawn: {
    readonly call: number;
    readonly shard: number;
    readonly most: number;
    readonly type: 'application/zip' | 'text/plain' | 'text/csv';
  };
  /** The families of models that train on its items. */
  readonly models: readonly ModelFamily[];
  /** Returns whether a snapshot keeps only one of several equal items. */
  dropsCopies(config: EffectiveConfig): boolean;
  /** Bytes of one item in a shard. */
  itemBytes(config: ItemConfig): number;
};
