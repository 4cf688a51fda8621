// Which units are done in a moment, so that several can share one call of a cleaning function.
import { UnitMessage } from './messages.ts';

/** Ten files of this size are cleaned well within one call, whatever they hold. */
const LIGHT_BYTES = 2 ** 20;

/** Whether the unit is more than one small file dropped by itself. What is no unit message is refused in no time. */
export function fillsCall(body: unknown): boolean {
  const { success, data } = UnitMessage.safeParse(body);
  return success && (data.slice.type !== 'object' || data.source.size > LIGHT_BYTES);
}
