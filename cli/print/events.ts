// Prints the events of the client: a bar for continuing work, a line for news.

import type { Activity, ClientEvent, ConfigChanged, Notify, SnapshotSealed } from '#client/events.ts';
import { gateSentences } from '#client/training/gate-sentences.ts';
import { deadLetterSentence } from '#client/upload/dead-letters.ts';
import { count, duration, plural } from '#core/base/format.ts';
import type { RunHead } from '#core/model/messages/run.ts';
import { epochLine } from '#core/model/timing/epoch-line.ts';
import { endsByBudget, epochOf } from '#core/model/timing/epoch-of.ts';
import { keptForScoring } from '#core/model/timing/scoring-time.ts';
import { plainOutput } from '../terminal/plain-text.ts';
import { openProgress, type ProgressLine } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { openWait, type WaitLine } from '../terminal/wait.ts';

type Labelled = Activity | 'train' | 'score';

const LABELS: Readonly<Record<Labelled, string>> = {
  upload: 'Uploading',
  clean: 'Cleaning',
  'clean-again': 'Cleaning again',
  assemble: 'Assembling',
  check: 'Checking',
  export: 'Exporting',
  draw: 'Drawing',
  download: 'Downloading',
  train: 'Training',
  score: 'Scoring',
};

/** What is done, where its extent is not known. */
const WAITS: Readonly<Partial<Record<Activity, string>>> = { assemble: 'Assembling a snapshot' };

/** `now` is in milliseconds. */
export function eventPrinter(terminal: Terminal, now: () => number): Notify {
  const bars = new Map<string, ProgressLine>();
  const waits = new Map<string, WaitLine>();
  const barOf = (activity: Labelled) => {
    const bar = bars.get(activity) ?? openProgress(terminal, LABELS[activity], now);
    bars.set(activity, bar);
    return bar;
  };
  const end = (activity: Labelled) => {
    terminal.live(undefined);
    bars.delete(activity);
    waits.delete(activity);
  };
  const waitOf = (activity: Activity) => {
    const wait = waits.get(activity) ?? openWait(terminal, WAITS[activity] ?? LABELS[activity]);
    waits.set(activity, wait);
    return wait;
  };
  return (given) => {
    const event = plainOutput(given);
    if (event.type === 'still') waitOf(event.activity).update(event.sinceMs);
    else if (event.type === 'progress') barOf(event.activity).update(event.done, event.total);
    else if (event.type === 'finished') end(event.activity);
    else if (event.type === 'run-progress')
      barOf(event.head.phase === 'scoring' ? 'score' : 'train').update(...positionOf(event.head), event.atMostMs);
    else if (event.type === 'run-left') for (const one of ['train', 'score'] as const) end(one);
    else for (const line of linesOf(event)) terminal.say(line);
  };
}

function linesOf(event: ClientEvent): string[] {
  switch (event.type) {
    case 'config-inferred':
      return [
        `${event.dataset} is new. Its dataset.yaml, inferred from the majority of the files:`,
        event.yaml.replace(/^/gm, '  ').trimEnd(),
      ];
    case 'export-started':
      return [
        `${count(event.n)} items are drawn in the background. Ctrl-C leaves it running; the same command with --seed ${event.seed} returns to it, goldpan exports lists and stops it.`,
      ];
    case 'config-equivalent':
      return ['The change affects no cleaned item: nothing is cleaned again.'];
    case 'config-changed':
      return configChanged(event);
    case 'stalled':
      return [`No new verdict for ${duration(event.quietMs)}. ${deadLetterSentence(event.deadLetters)} Still waiting.`];
    case 'snapshot-sealed':
      return [snapshotSealed(event)];
    case 'gate-decided':
      return event.gate.outcome === 'passed' ? gateSentences(event.gate) : [];
    case 'run-found':
      return [`The same data and settings were trained before: run ${event.runId}.`];
    case 'run-started':
      return [
        `Run ${event.runId}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}. Ctrl-C leaves it running; goldpan runs show ${event.dataset} ${event.runId} --follow returns to it.`,
      ];
    case 'epoch-ended':
      return [epochLine(event.epochs, event.head)];
    case 'run-unclaimed':
      if (event.busy)
        return [
          `This run waits: run ${event.busy.runId} of ${event.busy.dataset} is being trained. A worker trains one run at a time; a second one can be started on another machine: goldpan worker`,
        ];
      return [
        'No trainer has started this run yet. On AWS Batch an instance may be starting; a new account may have an EC2 quota of 0 vCPU',
        '(docs/runbook.md, failed-executions: NoTrainingHost);',
        'with workers, start one on this machine or any other: goldpan worker',
      ];
    case 'trial-started':
      return [`Trial ${event.trial} of ${event.trials}: ${event.settings}`];
    case 'snapshot-not-newest':
      return ['This user may not start executions, so the newest existing snapshot is shown.'];
    default:
      return [];
  }
}

function configChanged({ dataset, before, after, sections, uploads, units }: ConfigChanged): string[] {
  const progress = units ? `, ${count(units.done)} of ${plural(units.total, 'unit')} done` : '';
  return [
    `Changed: ${sections.join(', ')}. Configuration ${after} replaces ${before}.`,
    `${plural(uploads, 'upload')} cleaned again under it${progress}. Progress: goldpan status ${dataset}`,
  ];
}

function snapshotSealed({ snapshotId, items, splits }: SnapshotSealed): string {
  const duplicates = items.accepted - items.distinct;
  const left = duplicates > 0 ? ` (${plural(duplicates, 'duplicate')} left out)` : '';
  const { train, validation, test } = splits;
  const similar = items.distinct - train - validation - test;
  const cut = similar > 0 ? `; ${count(similar)} left out, since almost the same is in a split that measures` : '';
  return `Snapshot ${snapshotId.slice(0, 16)}: ${plural(items.distinct, 'distinct item')}${left}: ${count(train)} train, ${count(validation)} validation, ${count(test)} test${cut}.`;
}

/** A budget or patience may end the training long before its last epoch. */
function positionOf(head: RunHead): [number, number, string] {
  const { phase, scoring, epoch, epochs, step, stepsPerEpoch, budgetMinutes, seconds = 0 } = head;
  if (phase === 'scoring') return [scoring?.done ?? 0, scoring?.of ?? 1, scoring?.name ?? ''];
  const name = `epoch ${epochOf(Math.min(epoch + 1, epochs), epochs)}`;
  if (!endsByBudget(head) || budgetMinutes === null) return [step, epochs * stepsPerEpoch, name];
  const most = Math.round(budgetMinutes * 60 - keptForScoring(budgetMinutes));
  return [Math.min(seconds, most), most, `s of the budget, ${name}`];
}
