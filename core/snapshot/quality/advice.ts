// Advice on the next steps: first whatever prevents a training, then the steps that raise the scores most.
import * as z from 'zod';
import { ISSUES } from '../../kinds/issues.ts';
import type { GateDecision } from '../messages.ts';
import type { Quality } from './quality.ts';
import type { Loss } from './scores.ts';

const MOST = 8;
/** Less than this of the total is not worth a line. */
const LEAST_GAIN = 0.0005;

/** `gain`: increase of the total score; null if the gate requires the step. `command`: the command for it. */
export const Advice = z.strictObject({
  text: z.string(),
  gain: z.number().nullable(),
  command: z.string().nullable(),
});
export type Advice = z.infer<typeof Advice>;

export function adviseOn(quality: Pick<Quality, 'dataset' | 'losses' | 'uploads'>, gate: GateDecision): Advice[] {
  const { dataset, losses, uploads } = quality;
  const asked = gate.missing
    .filter(({ what }) => what !== 'quality')
    .map(({ what, advice }) => ({
      text: sentence(what === 'items' ? `Add items: ${advice}` : advice),
      gain: null,
      command: null,
    }));
  const waiting = uploads.pending > 0 ? [pendingAdvice(uploads.pending, dataset)] : [];
  const raising = losses
    .filter(({ gain }) => gain !== null && gain >= LEAST_GAIN)
    .map((loss): Advice => ({ text: textOf(loss), gain: loss.gain, command: commandOf(loss, dataset) }));
  return [...waiting, ...asked, ...raising].slice(0, MOST);
}

function textOf({ finding, code, items }: Loss): string {
  const all = items.toLocaleString('en');
  const one = items === 1;
  if (finding === 'conflicting')
    return `Fix ${all} conflicting ${one ? 'label' : 'labels'}: the same content has several.`;
  if (finding === 'missingCells') return `Fill in ${all} missing ${one ? 'cell' : 'cells'}.`;
  if (finding === 'unlabelled')
    return `Label ${all} ${one ? 'item' : 'items'}: upload each in the folder of its class, or add its label to the sidecar file.`;
  if (finding === 'exactDuplicates')
    return `Replace ${all} exact ${one ? 'duplicate' : 'duplicates'} with distinct items.`;
  if (finding === 'nearDuplicates')
    return `Replace ${all} near ${one ? 'duplicate' : 'duplicates'} with distinct items.`;
  if (finding === 'outliers')
    return `Look at ${all} ${one ? 'outlier' : 'outliers'}: remove those that do not belong to the dataset; for those that do, add more items like them.`;
  const { sentence: what, remedy } = ISSUES[code ?? 'item.outlier'];
  const verb = finding === 'rejected' ? 'rejected' : finding === 'mended' ? 'fixed' : 'flagged';
  const todo = finding === 'mended' ? 'Correct it at the source of the data.' : remedy;
  return `${all} ${verb}: ${what} ${todo}`;
}

function commandOf({ finding, code }: Loss, dataset: string): string | null {
  return finding === 'rejected' && code !== null ? `goldpan quarantine list ${dataset} --rule ${code}` : null;
}

function pendingAdvice(pending: number, dataset: string): Advice {
  const what = pending === 1 ? '1 upload is' : `${pending.toLocaleString('en')} uploads are`;
  return {
    text: `${what} not cleaned yet and not counted here. Wait, then run the report again.`,
    gain: null,
    command: `goldpan status ${dataset}`,
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
