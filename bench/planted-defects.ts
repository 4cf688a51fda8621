// All planted defects in one: pictures and their copies beside cleanvision, tables beside pandera, texts and sounds beside a goal.
import type { Benchmark } from './benchmark.ts';
import { plantedCopiesFound } from './planted-copies.ts';
import { plantedImages } from './planted-images.ts';
import { plantedTables } from './planted-tables.ts';
import { plantedTextAudio } from './planted-text-audio.ts';

export const plantedDefects: Benchmark = {
  sentence: 'Planted defects in pictures, tables, texts and sounds: F1 of each rule beside the peer that has it, too.',
  async run() {
    const parts = [];
    for (const benchmark of [plantedImages, plantedCopiesFound, plantedTables, plantedTextAudio])
      parts.push(await benchmark.run());
    return {
      versions: Object.assign({}, ...parts.map(({ versions }) => versions)) as Record<string, string>,
      rows: parts.flatMap(({ rows }) => rows),
    };
  },
};
