// The engine process's work, by the kind of data.
import type { EngineResult, EngineTask } from '../state/protocol.ts';
import { runAudioTask } from './audio-task.ts';
import type { Channel, Host } from './channel.ts';
import { runImageTask } from './engine-task.ts';
import { runTableTask } from './table-task.ts';
import { runTextTask } from './text-task.ts';

type Run<Task extends EngineTask> = (task: Task, channel: Channel, host: Host) => Promise<EngineResult>;

const RUNS: { readonly [K in EngineTask['kind']]: Run<Extract<EngineTask, { kind: K }>> } = {
  image: runImageTask,
  table: runTableTask,
  audio: runAudioTask,
  text: runTextTask,
};

/** Throws Stopped after a checkpoint when a stop was asked for, and a GoldpanError on failures of the domain. */
export function runEngineTask(task: EngineTask, channel: Channel, host: Host): Promise<EngineResult> {
  return (RUNS[task.kind] as Run<EngineTask>)(task, channel, host);
}
