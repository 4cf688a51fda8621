import { SetupError } from './errors.mjs';
import { openProgress } from './progress.mjs';
import { contentKey, readStamp, writeStamp } from './stamps.mjs';

/**
 * A step: `{id, title, needs, inputs, mibOnDisk, done(), run()}`. `inputs` is what its stamp hashes; `done()` says whether what it
 * makes still exists; `run()` makes it and returns a short note. `done` must be cheap, because it is called at every start.
 */
export function pendingSteps(steps) {
  return steps.filter((step) => readStamp(step.id)?.key !== contentKey(step.inputs) || !step.done());
}

/**
 * Runs all steps that are pending, and then those whose product another step has removed: `npm ci` empties node_modules, which also contains
 * TensorFlow's addon. Throws SetupError if a step that has run is pending again.
 */
export async function runPending(steps, run = runSteps) {
  const ran = new Set();
  for (let pending = pendingSteps(steps); pending.length > 0; pending = pendingSteps(steps)) {
    const again = pending.find(({ id }) => ran.has(id));
    if (again) throw new SetupError(`${again.title} ended without what it should make. Run npm run setup -- --force`);
    for (const { id } of pending) ran.add(id);
    await run(pending);
  }
}

/** Runs steps in parallel as far as `needs` allows and announces each. After a failure, running steps end and no other starts. */
export async function runSteps(steps, progress = openProgress(steps.length)) {
  const running = new Map();
  const failures = [];
  progress.say(`setting up goldpan: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}, each done once`);
  for (const step of steps) {
    const before = step.needs.map((id) => running.get(id)).filter(Boolean);
    running.set(step.id, runOne(step, before));
  }
  await Promise.all(running.values());
  progress.end();
  if (failures.length > 0) throw oneOf(failures);
  progress.say('set up');

  async function runOne(step, before) {
    await Promise.all(before);
    if (failures.length > 0) return;
    progress.began(step.title);
    try {
      const detail = await step.run();
      const seconds = progress.ended(step.title, detail);
      writeStamp(step.id, { key: contentKey(step.inputs), seconds, detail });
    } catch (error) {
      failures.push(error);
    }
  }
}

/** Throws a programming error unchanged, with its stack; failures that the user can fix become one message. */
function oneOf(failures) {
  const defect = failures.find((failure) => !(failure instanceof SetupError));
  return defect ?? new SetupError(failures.map(({ message }) => message).join('\n\n'));
}
