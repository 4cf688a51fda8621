// Tells which items are outliers, once it is known how remote items usually are.
import { doubleOfOrder } from '#core/snapshot/statistics/ordered-bits.ts';
import { type Spread, standardizedBy } from '#core/snapshot/statistics/robust.ts';
import { type Deviation, greaterDeviation } from '../near/outlier-space.ts';
import { type Emit, type Line, LineError, readTexts } from './lines.ts';
import { NO_MEASURE } from './observe.ts';

const FIELDS = 4;
const INTEGER = /^-?\d{1,19}$/;
const NUMBER = /^\d+(\.\d+)?(e[+-]?\d+)?$/;

export type OutlyingSettings = { readonly spread: Spread; readonly maxRemoteness: number };

/** Lines: what `observe` answered of an item: item, measure, remoteness, deviation. Answers `o item measure 0 deviation`; measure -1 is the remoteness. */
export function outlying({ spread, maxRemoteness }: OutlyingSettings, emit: Emit) {
  const visit = (line: Line) => {
    const [item = '', measure = '', order = '', given = ''] = readTexts(line, FIELDS);
    if (![item, measure, order].every((text) => INTEGER.test(text)) || !NUMBER.test(given))
      throw new LineError(`Line ${line.number} is no observed item: ${JSON.stringify([item, measure, order, given])}`);
    const known = Number(measure);
    const before = known === NO_MEASURE ? undefined : { of: known, deviation: Number(given) };
    const remote = standardizedBy(spread, doubleOfOrder(BigInt(order)));
    const found: Deviation<number> | undefined =
      remote > maxRemoteness ? greaterDeviation(before, NO_MEASURE, remote) : before;
    if (found) emit('o', Number(item), found.of, 0, found.deviation);
  };
  return { visit, finish: () => undefined };
}
