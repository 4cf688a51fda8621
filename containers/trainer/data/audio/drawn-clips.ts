// Pictures of a few clips of each class that the trained model drew: the engine writes them, the run page plays them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Learner } from '../../learn/learner.ts';

const PICTURES_FILE = 'drawn-clips.bin';
const LABELS_FILE = 'drawn-clips.json';
const CLIPS_A_CLASS = 3;
const MOST_CLASSES = 20;
/** Of a model that knows no classes. */
const CLIPS = 10;

/** `labels`: the class of each picture, -1 for none. */
type DrawnClips = { readonly pictures: Uint8Array; readonly labels: readonly number[] };

/** `classes`: of the dataset; 0 or one draws without a class. */
export function writeDrawnClips(folder: string, learner: Pick<Learner, 'generate' | 'isConditional'>, classes: number) {
  const isAsked = learner.isConditional && classes > 1;
  const count = isAsked ? Math.min(classes, MOST_CLASSES) * CLIPS_A_CLASS : CLIPS;
  const labels = Array.from({ length: count }, (_, i) => (isAsked ? Math.floor(i / CLIPS_A_CLASS) : -1));
  const asked = isAsked ? { labels: Int32Array.from(labels) } : {};
  writeFileSync(join(folder, PICTURES_FILE), learner.generate({ count, stream: 'page', ...asked }));
  writeFileSync(join(folder, LABELS_FILE), JSON.stringify(labels));
}

/** Returns undefined before the training has ended. */
export function readDrawnClips(folder: string): DrawnClips | undefined {
  const [pictures, labels] = [PICTURES_FILE, LABELS_FILE].map((file) => join(folder, file)) as [string, string];
  if (!existsSync(labels)) return undefined;
  return { pictures: new Uint8Array(readFileSync(pictures)), labels: JSON.parse(readFileSync(labels, 'utf8')) };
}
