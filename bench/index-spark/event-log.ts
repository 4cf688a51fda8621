// What the tasks of one session of Spark took, from its event log.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of each task of one stage: rows that it read from other stages, and milliseconds of processor time without the kernel's. */
export type StageTasks = {
  name: string;
  readonly rows: number[];
  readonly milliseconds: number[];
  /** What the stage wrote for others to read. */
  shuffledBytes: number;
};

type Event = {
  readonly 'Stage ID'?: number;
  readonly 'Stage Info'?: { readonly 'Stage ID': number };
  readonly Properties?: { readonly 'spark.job.description'?: string };
  readonly 'Task Metrics'?: {
    readonly 'Executor CPU Time': number;
    readonly 'Shuffle Read Metrics': { readonly 'Total Records Read': number };
    readonly 'Shuffle Write Metrics': { readonly 'Shuffle Bytes Written': number };
  };
};

/** Settings of Spark that write an event log to a folder. */
export function eventLogIn(folder: string): Record<string, string> {
  return { 'spark.eventLog.enabled': 'true', 'spark.eventLog.dir': `file://${folder}` };
}

export function readEventLog(folder: string): StageTasks[] {
  const stages = new Map<number, StageTasks>();
  const stage = (id: number) => {
    const known = stages.get(id) ?? { name: '', rows: [], milliseconds: [], shuffledBytes: 0 };
    stages.set(id, known);
    return known;
  };
  for (const name of readdirSync(folder))
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      if (!/^\{"Event":"SparkListener(TaskEnd|StageSubmitted)"/.test(line)) continue;
      const event = JSON.parse(line) as Event;
      const submitted = event['Stage Info'];
      if (submitted) stage(submitted['Stage ID']).name = event.Properties?.['spark.job.description'] ?? '';
      const [metrics, id] = [event['Task Metrics'], event['Stage ID']];
      if (!metrics || id === undefined) continue;
      const own = stage(id);
      own.rows.push(metrics['Shuffle Read Metrics']['Total Records Read']);
      own.milliseconds.push(metrics['Executor CPU Time'] / 1e6);
      own.shuffledBytes += metrics['Shuffle Write Metrics']['Shuffle Bytes Written'];
    }
  return [...stages.values()];
}
