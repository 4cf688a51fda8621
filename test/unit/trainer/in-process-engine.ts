// An engine without a process of its own.
import { runEngineTask } from '../../../containers/trainer/learn/run-task.ts';
import type { Launch } from '../../../containers/trainer/run/launch.ts';
import type { FromEngine } from '../../../containers/trainer/state/protocol.ts';
import { environment } from './playing-engine.ts';

/** The engine's own work, in this process. */
export const inProcess: Launch = () => {
  const queue: FromEngine[] = [];
  let wake = Promise.withResolvers<void>();
  let stored = Promise.resolve();
  let resolveStored: () => void = () => undefined;
  const send = (message: FromEngine) => {
    queue.push(message);
    wake.resolve();
  };
  return {
    send(message) {
      if (message.type === 'stored') resolveStored();
      if (message.type !== 'start') return;
      const channel = {
        send(said: FromEngine) {
          if (said.type === 'checkpoint') {
            const answered = Promise.withResolvers<void>();
            stored = answered.promise;
            resolveStored = answered.resolve;
          }
          send(said);
        },
        yieldToEventLoop: async () => undefined,
        stored: () => stored,
      };
      const { towers: _towers, precision: _precision, ...host } = environment;
      const hosted = {
        environment: host,
        hasBfloat16: false,
        cores: 1,
        now: () => performance.now(),
        memoryMiB: () => 1,
      };
      void runEngineTask(message.task, channel, hosted).then(
        (result) => send({ type: 'finished', result }),
        (error: Error) => send({ type: 'failed', name: error.name, message: error.message }),
      );
    },
    messages: (async function* () {
      for (;;) {
        await wake.promise;
        wake = Promise.withResolvers();
        for (let next = queue.shift(); next; next = queue.shift()) yield next;
      }
    })(),
    ending: () => 'ended',
    kill: () => undefined,
  };
};
