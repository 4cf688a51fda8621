// What goldpan knows about a kind of data, without native libraries: everything outside core/kinds asks this instead of naming kinds.

import type { Kind } from '../../base/names.ts';
import type { PartColumn, PartRow } from '../../base/parquet-columns.ts';
import type { EffectiveConfig } from '../config.ts';
import type { IssueCode } from '../issues.ts';
import type { SnapshotSchema } from '../table/schema/snapshot-schema.ts';
import type { IssueKind } from './issue-kind.ts';
import type { Rules } from './rules-in-force.ts';

/** What the first bytes of a file show. */
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

/** A configuration without what decides neither items nor snapshots. */
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
      /** Null where the snapshot has no schema although its kind needs one. */
      columns(schema: SnapshotSchema | null): Readonly<Record<string, PartColumn>> | null;
      /** The columns of a part that it is made from. */
      read(schema: SnapshotSchema | null): readonly string[];
      /** Undefined where the part's row is not as it must be. */
      row(item: PartRow): PartRow | undefined;
    };

/** What a page can show of an item. `cells`: those of its row, which the schema names. */
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

/** For kinds whose items are rows of columns with a schema. */
export type TabularKind = {
  /** Version of the schema that rows are held to. */
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
  /** Native libraries put beside the code. @default none */
  readonly native?: readonly ('sharp' | 'duckdb')[];
  /** Files of its folder that run as processes of their own. @default none */
  readonly children?: readonly string[];
  /** Modules in a file of their own beside the code. @default none */
  readonly apart?: readonly ('eld/small' | 'libheif-js/wasm-bundle.js')[];
  /** Ten files of at most this size share a call: they are cleaned within half of its time, whatever they hold. 0: none do. */
  readonly lightBytes: number;
};

export type KindDefinition = {
  readonly kind: Kind;
  /** What an item is called: "image", "images", "an image". */
  readonly item: { readonly one: string; readonly many: string; readonly withArticle: string };
  readonly issues: Readonly<Record<string, IssueKind>>;
  readonly rules: Rules;
  /** What a dataset takes besides archives. */
  readonly content: {
    readonly families: readonly Family[];
    /** Whether a first upload of such content speaks for this kind; by default it does. */
    readonly claims?: (family: Family, start: Uint8Array, path: string) => boolean;
    /** Files of that name describe the data and hold none. */
    readonly isNote?: (path: string) => boolean;
  };
  /** Files and bytes of an archive that one unit holds at most, and bytes of a file that is dropped by itself. */
  readonly unit: { readonly entries: number; readonly bytes: number; readonly fileBytes: number };
  /** Whether an item may be a line of a file. */
  readonly hasLines: boolean;
  /** Whether a file beside the items may say what their labels are. */
  readonly takesSidecar: boolean;
  /** Names of the measures for people, with units; null where measures are the user's own columns. */
  readonly measures: Readonly<Record<string, string>> | null;
  /** What pages say of items that repeat another, and of a dataset whose age nothing tells. */
  readonly words: { readonly copies: string; readonly age: string };
  readonly tabular: TabularKind | null;
  readonly shard: ShardLayout;
  /** The function that cleans it: functions/clean-<kind>/. */
  readonly cleaner: CleanerResources;
  readonly preview: {
    /** Columns of a part that it is made from; undefined for all. */
    readonly columns: readonly string[] | undefined;
    of(row: PartRow): ItemPreview;
    /** What a rejected file can be shown as; null where it cannot. */
    readonly dropped: 'picture' | 'sound' | null;
  };
  /** For kinds whose items can be aligned with one another when a snapshot is made. */
  readonly alignment: {
    /** The rule for items that do not fit; it only acts where items are aligned. */
    readonly rule: IssueCode;
    isOn(config: ItemConfig): boolean;
  } | null;
  /** Whether only one of equal items stays in a snapshot. */
  dropsCopies(config: EffectiveConfig): boolean;
  /** Bytes of one item in a shard. */
  itemBytes(config: ItemConfig): number;
};
