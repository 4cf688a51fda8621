// Finds, over all units of a dataset, folder labels that differ only in spelling, and describes them.

import { chosenSpellings, spellingsOf, spellingText } from '../labels.ts';
import type { Split } from '../split.ts';
import { addedFolders, type Folders } from './folder-counts.ts';
import type { Remark } from './remark.ts';

type Counted = { readonly folders?: Folders | undefined };

/** Returns one remark for each class with several spellings. */
export function spellingRemarks(verdicts: readonly Counted[]): Remark[] {
  return spellingsOf(addedFolders(foldersOf(verdicts), 'labels')).map((spelling) => ({
    code: 'label.spelling',
    items: spelling.items,
    given: spellingText(spelling),
    examples: spelling.others.slice(0, 5),
  }));
}

/** The spelling of its class for each label that has another; `byClass`: labels are the class folders beside splits. */
export function labelSpellings(verdicts: readonly Counted[], byClass: boolean): ReadonlyMap<string, string> {
  return chosenSpellings(addedFolders(foldersOf(verdicts), byClass ? 'classes' : 'labels'));
}

/** The splits that some folder is named after. */
export function splitsOfFolders(verdicts: readonly Counted[]): ReadonlySet<Split> {
  return new Set(foldersOf(verdicts).flatMap((folders) => folders?.splits ?? []));
}

function foldersOf(verdicts: readonly Counted[]): (Folders | undefined)[] {
  return verdicts.map(({ folders }) => folders);
}
