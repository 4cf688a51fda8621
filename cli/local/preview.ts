// The first accepted items of a file, as stored.
import * as z from 'zod';
import type { Kind } from '#core/base/names.ts';
import type { PartRow } from '#core/base/parquet-columns.ts';
import type { Verdict } from '#core/ingest/messages.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { TablePreview } from '#core/kinds/table/report/preview.ts';
import { readSourcePart } from '#core/snapshot/source-part.ts';
import type { Store } from '#core/store/store.ts';

/** A table's columns and first rows, or the first texts. */
export const CheckPreview = z.union([TablePreview, z.strictObject({ texts: z.array(z.string()) })]);
export type CheckPreview = z.infer<typeof CheckPreview>;

/** `rows`: items to show. Of an archive of tables the first one is shown. */
export function openPreview(data: Store, rows: number) {
  let first: TablePreview | undefined;
  const texts: string[] = [];
  return {
    table(table: TablePreview) {
      first ??= table;
    },
    /** Adds the first texts of a part; nothing where its items are no texts. */
    async texts({ part }: Verdict, kind: Kind): Promise<void> {
      const { columns, of } = definitionOf(kind).preview;
      if (!part || first || texts.length >= rows) return;
      for (const row of (await readSourcePart<PartRow>(data, part, columns)).slice(0, rows - texts.length)) {
        const shown = of(row);
        if (shown.shows !== 'text') return;
        texts.push(shown.text);
      }
    },
    shown: (): CheckPreview | undefined => first ?? (texts.length > 0 ? { texts } : undefined),
  };
}
