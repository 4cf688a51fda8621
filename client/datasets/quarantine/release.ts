// Cleans rejected items again with their rules waived or set to fix, and records who asked for it.

import { duration } from '#core/base/format.ts';
import { canonicalJson } from '#core/base/hash.ts';
import type { Kind } from '#core/base/names.ts';
import { type UnitMessage, Verdict } from '#core/ingest/messages.ts';
import type { RulesInForce } from '#core/kinds/define/rules-in-force.ts';
import { ISSUES, type IssueCode } from '#core/kinds/issues.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { actionUnder, issueCodesOf, type Waiver, type WaiverMode, waiverIdOf } from '#core/kinds/waiver.ts';
import { readJson } from '#core/store/json.ts';
import { keys, waivedUnitName } from '#core/store/keys.ts';
import type { Context } from '../../context.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { countDeadLetters, deadLetterSentence } from '../../upload/dead-letters.ts';
import { checkedDataset } from '../checked-dataset.ts';
import {
  findHeld,
  heldItems,
  type LocatedRejection,
  readUnit,
  readVerdicts,
  shownHeld,
  type Verdicts,
} from './held-items.ts';
import type { ReleaseOutput } from './output.ts';
import { type Order, ordersOf, waived, waivedCodes } from './release-orders.ts';
import { configOf, planOf } from './source-of.ts';

const POLL_MS = 500;
const DONE = { release: 'released', fix: 'fixed' } as const;

export type ReleaseOptions = {
  readonly mode: WaiverMode;
  /** Codes to waive; empty: all that an item was rejected for. */
  readonly rules: readonly IssueCode[];
  /** Without a new verdict for this long, throws. */
  readonly timeoutMs: number;
};
type Impossible = ReleaseOutput['impossible'][number];
type Sent = { readonly waiverId: string; readonly message: UnitMessage; readonly order: Order };

/** Releases items. Without names: every item rejected for one of `rules`. Repeating the call changes nothing. */
export async function release(
  context: Context,
  givenDataset: string,
  names: readonly string[],
  options: ReleaseOptions,
): Promise<ReleaseOutput> {
  const { deployment } = context;
  const { mode, rules } = options;
  const dataset = checkedDataset(givenDataset);
  if (names.length === 0 && rules.length === 0)
    throw new ClientFailure('No items are named.', {
      next: `Give their ids (goldpan quarantine list ${dataset}), or name all items of a rule with --rule <code>.`,
      exitCode: EXIT.usage,
    });
  const verdicts = await readVerdicts(deployment, dataset);
  const { kind, configId, rules: inForce } = await configOf(deployment, verdicts, dataset);
  const chosen =
    names.length > 0
      ? await findHeld(deployment.data, { dataset, ...verdicts }, names)
      : await heldFor(context, verdicts, rules);
  const impossible: Impossible[] = [];
  const possible = chosen.filter((held) => {
    const reason = reasonAgainst(held, { kind, inForce }, options);
    if (reason !== undefined) impossible.push({ id: held.id, path: held.path, line: held.line, reason });
    return reason === undefined;
  });
  const sent: Sent[] = [];
  for (const order of ordersOf(possible, rules))
    sent.push(await send(context, { dataset, kind, configId, mode }, order));
  const answer: ReleaseOutput = {
    dataset,
    mode,
    waivers: sent.map(({ waiverId }) => waiverId),
    accepted: 0,
    rejected: [],
    impossible,
  };
  for (const verdict of await follow(context, sent, options.timeoutMs)) {
    answer.accepted += verdict.items.accepted;
    answer.rejected.push(...(await readUnit(deployment.data, verdict)).map(shownHeld));
  }
  return answer;
}

async function heldFor(
  { deployment }: Context,
  { verdicts }: Verdicts,
  rules: readonly IssueCode[],
): Promise<LocatedRejection[]> {
  const found: LocatedRejection[] = [];
  for await (const held of heldItems(deployment.data, verdicts))
    if (held.issues.some(({ code }) => rules.includes(code))) found.push(held);
  if (found.length > 0) return found;
  throw new ClientFailure(`Nothing in quarantine was rejected for ${rules.join(' or ')}.`);
}

type Rules = { readonly kind: Kind; readonly inForce: RulesInForce };

/** Returns why the item cannot be released or fixed, or undefined where it can. */
function reasonAgainst(
  held: LocatedRejection,
  { kind, inForce }: Rules,
  { mode, rules }: ReleaseOptions,
): string | undefined {
  const codes = waivedCodes(held, rules);
  if (codes.length === 0) return `it was rejected for ${issueCodesOf(held).join(', ')}, not for ${rules.join(', ')}.`;
  const can = (code: IssueCode, way: WaiverMode) =>
    actionUnder(definitionOf(kind).rules, code, way, inForce) !== undefined;
  const stuck = codes.find((code) => !can(code, mode));
  if (stuck === undefined) return undefined;
  const other = mode === 'fix' ? 'release' : 'fix';
  if (can(stuck, other)) return `${stuck}: it cannot be ${DONE[mode]}; try ${other}.`;
  const { sentence, remedy } = ISSUES[stuck];
  return `${stuck}: ${sentence} Such an item cannot be ${DONE[mode]}. ${remedy}`;
}

type Decision = { readonly dataset: string; readonly kind: Kind; readonly configId: string; readonly mode: WaiverMode };

/** Writes the waiver before the unit is sent, so that no item is released without a record. */
async function send({ deployment, person, clock }: Context, decision: Decision, order: Order): Promise<Sent> {
  const [first] = order.held as [LocatedRejection, ...LocatedRejection[]];
  const { dataset, kind, configId, mode } = decision;
  const { uploadId, unit, key: sourceKey } = first;
  const { source, slice } = await planOf(deployment, dataset, first);
  const what = { mode, rules: [...order.rules], items: order.held.map(waived) };
  const facts = { ...what, dataset, kind, configId, uploadId, unit, sourceKey };
  const waiverId = waiverIdOf(facts);
  const record: Waiver = { schemaVersion: 1, ...facts, waiverId, by: person, at: new Date(clock.now()).toISOString() };
  await deployment.data.put(keys.waiver(dataset, waiverId), canonicalJson(record), {
    when: 'absent',
    contentType: 'application/json',
  });
  const waivedUnit = waivedUnitName(unit, waiverId);
  const message: UnitMessage = {
    dataset,
    uploadId,
    configId,
    unit: waivedUnit,
    source,
    slice,
    waiver: { waiverId, ...what },
  };
  await deployment.sendUnit(kind, message);
  return { waiverId, message, order };
}

async function follow(context: Context, sent: readonly Sent[], timeoutMs: number): Promise<Verdict[]> {
  const { deployment, clock, notify } = context;
  const verdicts: Verdict[] = [];
  let movedAt = clock.now();
  for (const { message } of sent) {
    for (;;) {
      const verdict = await readJson(deployment.data, keys.verdict(message), Verdict);
      if (verdict) {
        verdicts.push(verdict.value);
        movedAt = clock.now();
        notify({ type: 'progress', activity: 'clean-again', done: verdicts.length, total: sent.length });
        break;
      }
      const quietMs = clock.now() - movedAt;
      if (quietMs >= timeoutMs)
        throw new ClientFailure(`No verdict for ${duration(quietMs)}.`, {
          next: `${deadLetterSentence(await countDeadLetters(deployment))} The waiver is kept: run the same command again to continue.`,
        });
      await clock.sleep(POLL_MS);
    }
  }
  notify({ type: 'finished', activity: 'clean-again' });
  return verdicts;
}
