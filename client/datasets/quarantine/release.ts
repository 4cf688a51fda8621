// goldpan quarantine release|fix: items are cleaned once more with their rules waived, or set to mend, and it is kept who did so.

import { count, duration } from '#core/base/format.ts';
import { canonicalJson } from '#core/base/hash.ts';
import type { Kind } from '#core/base/names.ts';
import { type UnitMessage, Verdict } from '#core/ingest/messages.ts';
import type { RulesInForce } from '#core/kinds/define/rules-in-force.ts';
import { ISSUES, type IssueCode } from '#core/kinds/issues.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { actionUnder, codesOf, type Waiver, type WaiverMode, waiverIdOf } from '#core/kinds/waiver.ts';
import { readJson } from '#core/store/json.ts';
import { keys, waivedUnitName } from '#core/store/keys.ts';
import { plural } from '../../../cli/terminal/format.ts';
import { openProgress } from '../../../cli/terminal/progress.ts';
import type { Style } from '../../../cli/terminal/terminal.ts';
import type { Context } from '../../context.ts';
import { CommandFailure, EXIT } from '../../failure.ts';
import { deadLetterHint } from '../../upload/follow-uploads.ts';
import type { ReleaseAnswer } from '../quality-answers.ts';
import { checkedDataset, printRejected } from '../status.ts';
import {
  findHeld,
  type Held,
  heldItems,
  placeOf,
  readUnit,
  readVerdicts,
  shownHeld,
  type Verdicts,
} from './held-items.ts';
import { configOf, planOf } from './quarantine.ts';
import { type Order, ordersOf, waived, waivedCodes } from './release-orders.ts';

const POLL_MS = 500;
const SHOWN = 20;
const DONE = { release: 'released', fix: 'mended' } as const;

export type ReleaseOptions = {
  readonly mode: WaiverMode;
  /** Those to waive; without any: all that an item was rejected for. */
  readonly rules: readonly IssueCode[];
  /** Without any new verdict for so long, it is given up. */
  readonly timeoutMs: number;
};
type Impossible = ReleaseAnswer['impossible'][number];
type Sent = { readonly waiverId: string; readonly message: UnitMessage; readonly order: Order };

/** Without names: everything in quarantine that was rejected for one of the rules named. Repeats change nothing. */
export async function release(
  context: Context,
  givenDataset: string,
  names: readonly string[],
  options: ReleaseOptions,
): Promise<ReleaseAnswer> {
  const { cloud } = context;
  const { mode, rules } = options;
  const dataset = checkedDataset(givenDataset);
  if (names.length === 0 && rules.length === 0)
    throw new CommandFailure('Which items?', {
      next: `Name them (goldpan quarantine list ${dataset} has their ids), or all of a rule with --rule <code>.`,
      exitCode: EXIT.usage,
    });
  const verdicts = await readVerdicts(cloud, dataset);
  const { kind, configId, rules: inForce } = configOf(verdicts, dataset);
  const chosen =
    names.length > 0 ? await findHeld(cloud.data, verdicts, names) : await heldFor(context, verdicts, rules);
  const impossible: Impossible[] = [];
  const possible = chosen.filter((held) => {
    const reason = reasonAgainst(held, { kind, inForce }, options);
    if (reason !== undefined) impossible.push({ id: held.id, path: held.path, line: held.line, reason });
    return reason === undefined;
  });
  const sent: Sent[] = [];
  for (const order of ordersOf(possible, rules))
    sent.push(await send(context, { dataset, kind, configId, mode }, order));
  const answer: ReleaseAnswer = {
    dataset,
    mode,
    waivers: sent.map(({ waiverId }) => waiverId),
    accepted: 0,
    rejected: [],
    impossible,
  };
  for (const verdict of await follow(context, sent, options.timeoutMs)) {
    answer.accepted += verdict.items.accepted;
    answer.rejected.push(...(await readUnit(cloud.data, verdict)).map(shownHeld));
  }
  return answer;
}

export function printReleased(
  { dataset, mode, waivers, accepted, rejected, impossible }: ReleaseAnswer,
  style: Style,
): string {
  const done = mode === 'fix' ? 'mended and accepted' : 'released';
  const lines = [
    `${style.good(plural(accepted, 'item'))} ${done}${accepted > 0 ? `; waiver ${waivers.join(', ')}` : ''}.`,
  ];
  if (rejected.length > 0)
    lines.push(
      style.bad(
        `${count(rejected.length)} rejected once more, for what was not ${mode === 'fix' ? 'mended' : 'waived'}:`,
      ),
      ...printRejected(
        rejected.slice(0, SHOWN).map((held) => ({ key: placeOf(held), unit: held.unit, issues: held.issues })),
        rejected.length,
        `goldpan quarantine list ${dataset}`,
      ).slice(2),
    );
  if (impossible.length > 0)
    lines.push(
      style.bad(`${count(impossible.length)} not tried:`),
      ...impossible.slice(0, SHOWN).map((item) => `  ${item.id}  ${placeOf(item)}: ${item.reason}`),
    );
  return lines.join('\n');
}

async function heldFor({ cloud }: Context, { verdicts }: Verdicts, rules: readonly IssueCode[]): Promise<Held[]> {
  const found: Held[] = [];
  for await (const held of heldItems(cloud.data, verdicts))
    if (held.issues.some(({ code }) => rules.includes(code))) found.push(held);
  if (found.length > 0) return found;
  throw new CommandFailure(`Nothing in quarantine was rejected for ${rules.join(' or ')}.`);
}

type Rules = { readonly kind: Kind; readonly inForce: RulesInForce };

/** Undefined where every rule to be waived can be. */
function reasonAgainst(held: Held, { kind, inForce }: Rules, { mode, rules }: ReleaseOptions): string | undefined {
  const codes = waivedCodes(held, rules);
  if (codes.length === 0) return `it was rejected for ${codesOf(held).join(', ')}, not for ${rules.join(', ')}.`;
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

/** The record first: a unit that is cleaned without one would be a release that nobody answers for. */
async function send({ cloud, person, clock }: Context, decision: Decision, order: Order): Promise<Sent> {
  const [first] = order.held as [Held, ...Held[]];
  const { dataset, kind, configId, mode } = decision;
  const { uploadId, unit, key: sourceKey } = first;
  const { source, slice } = await planOf(cloud, dataset, first);
  const what = { mode, rules: [...order.rules], items: order.held.map(waived) };
  const facts = { ...what, dataset, kind, configId, uploadId, unit, sourceKey };
  const waiverId = waiverIdOf(facts);
  const record: Waiver = { ...facts, waiverId, by: person, at: new Date(clock.now()).toISOString() };
  await cloud.data.put(keys.waiver(dataset, waiverId), canonicalJson(record), {
    when: 'absent',
    contentType: 'application/json',
  });
  const again = waivedUnitName(unit, waiverId);
  const message: UnitMessage = {
    dataset,
    uploadId,
    configId,
    unit: again,
    source,
    slice,
    waiver: { waiverId, ...what },
  };
  await cloud.sendUnit(kind, message);
  return { waiverId, message, order };
}

async function follow(context: Context, sent: readonly Sent[], timeoutMs: number): Promise<Verdict[]> {
  const { cloud, clock, terminal } = context;
  const progress = openProgress(terminal, 'Cleaning again', clock.now);
  const verdicts: Verdict[] = [];
  let movedAt = clock.now();
  for (const { message } of sent) {
    for (;;) {
      const verdict = await readJson(cloud.data, keys.verdict(message), Verdict);
      if (verdict) {
        verdicts.push(verdict.value);
        movedAt = clock.now();
        progress.update(verdicts.length, sent.length);
        break;
      }
      const quietMs = clock.now() - movedAt;
      if (quietMs >= timeoutMs)
        throw new CommandFailure(`No verdict for ${duration(quietMs)}.`, {
          next: `${await deadLetterHint(context)} The waiver is kept; the same command again goes on from here.`,
        });
      await clock.sleep(POLL_MS);
    }
  }
  progress.end();
  return verdicts;
}
