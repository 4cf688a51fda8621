// A cell from its text, in the format of its column: the inverse of how rows are written.
import { FALSE_WORDS, TRUE_WORDS } from '../schema/column-types.ts';
import type { Cell, ColumnCodec } from './codec.ts';
import { momentFrom } from './written-moments.ts';

const MS_A_DAY = 86_400_000;
/** Returns null for an empty text, undefined if the text is not a valid value of the column. */
export function cellFrom(
  column: Pick<ColumnCodec, 'type' | 'unit' | 'dateFormat' | 'timeFormat' | 'decimal'>,
  text: string,
): Cell | undefined {
  if (text === '') return null;
  switch (column.type) {
    case 'integer':
    case 'number': {
      const { unit, decimal } = column;
      const bare = unit !== undefined && text.endsWith(unit) ? text.slice(0, -unit.length).trim() : text.trim();
      const number = Number(
        decimal === ','
          ? bare.replaceAll('.', '').replace(',', '.')
          : decimal === '.'
            ? bare.replaceAll(',', '')
            : bare,
      );
      return bare !== '' && Number.isFinite(number) ? number : undefined;
    }
    case 'boolean':
      return truthFrom(text.toLowerCase());
    case 'date':
      return dayFrom(text, column.dateFormat);
    case 'datetime': {
      const moment = column.timeFormat === undefined ? undefined : momentFrom(text, column.timeFormat);
      if (moment) return moment.getTime() * 1000;
      const [, day = '', time = '00:00:00'] =
        /^(.+?)(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?))?Z?$/.exec(text) ?? [];
      const [hours = '0', minutes = '0', seconds = '0'] = time.split(':');
      const days = dayFrom(day, column.dateFormat);
      if (days === undefined) return undefined;
      const micros = (Number(hours) * 3600 + Number(minutes) * 60) * 1e6 + Math.round(Number(seconds) * 1e6);
      return days * MS_A_DAY * 1000 + micros;
    }
    default:
      return text;
  }
}

/** Days since 1970 of a day in the format of its column or in ISO 8601. */
function dayFrom(text: string, format = '%Y-%m-%d'): number | undefined {
  const day = momentFrom(text, format) ?? momentFrom(text, '%Y-%m-%d');
  return day && day.getTime() / MS_A_DAY;
}

function truthFrom(word: string): boolean | undefined {
  if (TRUE_WORDS.includes(word)) return true;
  return FALSE_WORDS.includes(word) ? false : undefined;
}
