// A cell from its text, in the format of its column: the inverse of how rows are written.
import type { Cell, ColumnCodec } from './codec.ts';

const MS_A_DAY = 86_400_000;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const PARTS: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  m: '(?<m>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  b: '(?<b>[A-Za-z]{3})',
};

/** Returns null for an empty text, undefined if the text is not a valid value of the column. */
export function cellFrom(
  column: Pick<ColumnCodec, 'type' | 'unit' | 'dateFormat' | 'decimal'>,
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
      return { true: true, false: false }[text.toLowerCase()];
    case 'date':
      return dayFrom(text, column.dateFormat);
    case 'datetime': {
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
  for (const one of [format, '%Y-%m-%d']) {
    const pattern = one
      .replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
      .replace(/%([Ymdb])/g, (_, part: string) => PARTS[part] as string);
    const groups = new RegExp(`^${pattern}$`).exec(text)?.groups;
    if (!groups) continue;
    const { Y: year, m, b, d: day } = groups;
    const month = b === undefined ? Number(m) : MONTHS.indexOf(b.toLowerCase()) + 1;
    const date = new Date(Date.UTC(Number(year), month - 1, Number(day)));
    if (date.getUTCMonth() === month - 1 && date.getUTCDate() === Number(day)) return date.getTime() / MS_A_DAY;
  }
  return undefined;
}
