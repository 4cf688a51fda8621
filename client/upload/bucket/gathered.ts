// The files that a command uploads, whatever their source.
import type { Remark } from '#core/kinds/define/remark.ts';
import type { Drop } from '../collect.ts';
import type { Uploaded } from '../upload-files.ts';

export type Gathered = {
  /** Files of this machine by which a new dataset is configured; their paths may hold no more than the beginnings. */
  readonly samples: readonly Drop[];
  /** Key in the drop bucket -> how many files the object holds. */
  readonly sent: ReadonlyMap<string, number>;
  readonly configPath: string | undefined;
  readonly remarks: readonly Remark[];
  /** Objects that are there already are not sent again. */
  send(): Promise<Uploaded>;
};
