// The child process that runs TensorFlow. A session call blocks the event loop, so the parent process handles signals
// and the lease.
import { availableParallelism, cpus } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { deviceInUse } from './engine/binding.ts';
import { hasBfloat16 } from './engine/kernels/bfloat16.ts';
import { tf } from './engine/tensorflow.ts';
import type { Channel, Host } from './learn/channel.ts';
import { engineFailure } from './learn/engine-failure.ts';
import { runEngineTask } from './learn/run-task.ts';
import type { EngineTask, FromEngine, ToEngine } from './state/protocol.ts';
import { Stopped, stopSwitch } from './state/stop.ts';

const MIB = 1024 * 1024;

const stop = stopSwitch();
let onWay = Promise.withResolvers<void>();
onWay.resolve();

const send = (message: FromEngine): void => {
  if (message.type === 'checkpoint') onWay = Promise.withResolvers();
  process.send?.(message);
};
const channel: Channel = {
  send,
  async yieldToEventLoop() {
    await setImmediate();
    stop.check();
  },
  stored: () => onWay.promise,
};

process.on('message', (message: ToEngine) => {
  if (message.type === 'stop') stop.ask({ kind: 'signal', signal: 'SIGTERM' });
  else if (message.type === 'stored') onWay.resolve();
  else void work(message.task);
});
// The parent decides when this process ends, also after a signal to the whole process group. Without the parent there
// is nothing to do.
process.on('SIGTERM', () => undefined);
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(1));

async function work(task: EngineTask): Promise<void> {
  try {
    send({ type: 'finished', result: await runEngineTask(task, channel, host()) });
  } catch (error) {
    if (error instanceof Stopped) {
      await channel.stored();
      send({ type: 'stopped' });
      return;
    }
    const failure = error instanceof Error ? engineFailure(error) : undefined;
    // The parent sees the end of this process, and starts another or leaves the run to another host.
    if (failure === undefined) throw error;
    if (failure !== error) process.stderr.write(`${(error as Error).stack}\n`);
    send({ type: 'failed', name: failure.name, message: failure.message });
  }
}

function host(): Host {
  const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
  return {
    environment: {
      node: process.version,
      tensorflow: binding.TF_Version,
      cpu: cpus()[0]?.model ?? 'unknown',
      device: deviceInUse(),
      threads: Number(process.env.TF_NUM_INTEROP_THREADS),
    },
    hasBfloat16: hasBfloat16(),
    cores: availableParallelism(),
    now: () => performance.now(),
    memoryMiB: () => process.memoryUsage.rss() / MIB,
  };
}
