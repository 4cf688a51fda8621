// Which units are done in a moment, so that several can share one call of a cleaning function.
import type { Kind } from '../base/names.ts';
import { definitionOf } from '../kinds/registry/definitions.ts';
import type { UnitMessage } from './messages.ts';

const SMALL_BYTES = 2 ** 20;

/** Returns whether ten such units fit into one call. */
export function isLightUnit(kind: Kind, { slice, source, waiver }: UnitMessage): boolean {
  return slice.type === 'object' && waiver === undefined && source.size <= definitionOf(kind).cleaner.lightBytes;
}

/** Returns whether the unit is one small file: cleaning it again costs less than checking whether it was cleaned. */
export function isSmallFile({ slice, source }: UnitMessage): boolean {
  return slice.type === 'object' && source.size <= SMALL_BYTES;
}
