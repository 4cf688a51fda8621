// Finds faults of generated items, for every kind of data.
import type { TestMetrics } from '../messages/run.ts';
import { audioFaults } from './audio-faults.ts';
import { drawFaults } from './draw-faults.ts';
import type { ModelFault } from './model-fault.ts';
import { pairFaults } from './pair-faults.ts';
import { photoFaults } from './photo-faults.ts';
import { tableFaults } from './table-faults.ts';
import { textFaults } from './text-faults.ts';

/** Returns the faults, the gravest first; an empty list if nothing was measured or nothing is wrong. */
export function faultsOf({
  images,
  photos,
  table,
  audio,
  text,
  pairs,
}: Pick<TestMetrics, 'images' | 'photos' | 'table' | 'audio' | 'text' | 'pairs'>): ModelFault[] {
  return [
    ...(images ? drawFaults(images) : []),
    ...(photos ? photoFaults(photos) : []),
    ...(table ? tableFaults(table) : []),
    ...(audio ? audioFaults(audio) : []),
    ...(text ? textFaults(text) : []),
    ...(pairs ? pairFaults(pairs) : []),
  ];
}
