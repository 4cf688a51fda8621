// Derives facts of an item from its folders: the label in the spelling of its class, and the split if folders are named after splits.
import type { Verdict } from '#core/ingest/messages.ts';
import type { EffectiveConfig } from '#core/kinds/config.ts';
import { labelSpellings, splitsOfFolders } from '#core/kinds/define/labels-found.ts';
import type { Split, SplitShares } from '#core/kinds/split.ts';
import { classOfPath, splitOfPath } from '#core/kinds/split-folders.ts';

/** split: where the folder decides. shares: by which the content decides, where it does so otherwise than in the configuration. */
export type FolderSplit = { readonly split?: Split; readonly shares?: SplitShares };
export type FolderFacts = {
  readonly label: (item: { readonly path: string; readonly label: string | null }) => string | null;
  readonly split: (path: string) => FolderSplit;
};

/** Facts from the folders of all units. spellings: of each label that is written in another way, that of its class. */
export type FoldersSeen = {
  readonly spellings: readonly (readonly [string, string])[];
  readonly splits: readonly Split[];
};

export function seeFolders({ labels, split }: EffectiveConfig, verdicts: readonly Verdict[]): FoldersSeen {
  const spellings = labels === 'folder' ? [...labelSpellings(verdicts, isByFolders(split))] : [];
  return { spellings, splits: [...splitsOfFolders(verdicts)] };
}

export function folderFacts({ labels, split }: EffectiveConfig, seen: FoldersSeen): FolderFacts {
  const byFolders = isByFolders(split);
  const spellings = new Map(seen.spellings);
  const splits = new Set(seen.splits);
  return {
    label: ({ path, label }) => {
      const found = labels === 'folder' && byFolders ? classOfPath(path) : label;
      return found === null ? null : (spellings.get(found) ?? found);
    },
    split: (path) => {
      const found = byFolders ? splitOfPath(path) : undefined;
      if (found === undefined) return {};
      if (found !== 'train') return { split: found };
      // The folders contain no validation or no test split.
      const [validation, test] = (['validation', 'test'] as const).map((one) => (splits.has(one) ? 0 : split[one]));
      if (validation === 0 && test === 0) return { split: found };
      const rest = { validation: validation ?? 0, test: test ?? 0 };
      return { shares: { ...rest, train: 1 - rest.validation - rest.test } };
    },
  };
}

function isByFolders(split: EffectiveConfig['split']): boolean {
  return 'by' in split && split.by === 'folders';
}
