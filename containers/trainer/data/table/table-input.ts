// Describes the columns of a table for the model's card: the source of each.
import { type ColumnSource, subColumnsOf, type TableCodec } from '#core/kinds/table/codec/codec.ts';
import type { TableInput } from '#core/model/messages/card.ts';

const REASONS = {
  key: 'it names rows',
  text: 'most of its values occur once',
  personal: 'its name promises personal data',
} as const;

export function tableInputOf(codec: TableCodec, delimiter: string): TableInput {
  const nameAt = (column: number) => codec.columns[column]?.name ?? '';
  return {
    kind: 'table',
    columns: codec.columns.map(({ name, type, source }) => ({ name, type, ...madeOf(source, nameAt) })),
    codes: subColumnsOf(codec).reduce((sum, { codes }) => sum + codes, 0),
    delimiter: delimiter === 'auto' ? ',' : delimiter,
  };
}

function madeOf(source: ColumnSource, nameAt: (column: number) => string) {
  switch (source.from) {
    case 'coded':
      return { made: 'modelled' as const };
    case 'offset':
      return {
        made: 'modelled' as const,
        note: `as the difference from ${nameAt(source.column)}, which it is never below`,
      };
    case 'lookup':
      return {
        made: 'computed' as const,
        note: `from ${nameAt(source.column)}, which decides it in every training row`,
      };
    case 'formula': {
      const formula = `${nameAt(source.left)} ${source.operation} ${nameAt(source.right)}`;
      return { made: 'computed' as const, note: `as ${formula}, which holds in every training row` };
    }
    case 'sequence':
      return { made: 'regenerated' as const, note: 'it numbers the rows' };
    case 'patterns':
      return { made: 'regenerated' as const, note: REASONS[source.reason] };
  }
}
