// Photos whose feature maps are noise with one pattern at a known place and size: alignment must find it without being told.
import { describe, expect, test } from 'vitest';
import { normals, uniforms } from '#core/base/random.ts';
import {
  ALIGN_SIDES,
  type AlignedPhoto,
  CELL,
  type FeatureGrid,
  shownSize,
  WINDOW,
} from '#core/kinds/image/align/feature-grid.ts';
import { findSubject } from '#core/kinds/image/align/find-subject.ts';
import { fitTemplate } from '#core/kinds/image/align/fit-template.ts';
import { TemplateFile, templateFileOf, templateOfFile } from '#core/kinds/image/align/template-file.ts';

const CHANNELS = 8;
const PHOTOS = 60;
const MIDDLE = (WINDOW - 1) / 2;
/** One blob a channel, left and right alike: two eyes, two ears, a nose. */
const PATTERN = Float32Array.from({ length: WINDOW * WINDOW * CHANNELS }, (_, i) => {
  const [cell, channel] = [Math.floor(i / CHANNELS), i % CHANNELS];
  const [x, y] = [cell % WINDOW, Math.floor(cell / WINDOW)];
  const [off, down] = [channel % 3, (channel * 5) / CHANNELS];
  return Math.exp(-((Math.abs(x - MIDDLE) - off) ** 2) - (y - down) ** 2);
});

type Planted = { readonly photo: AlignedPhoto; readonly scale: number; readonly row: number; readonly column: number };

/** `strength` 0 = no subject. */
function planted(i: number, strength: number): Planted {
  const [a, b, c] = uniforms(2, `photo/${i}`, 3) as unknown as [number, number, number];
  const [width, height] = i % 3 === 0 ? [400, 300] : [300, 360];
  const scale = Math.floor(3 * c);
  const sizes = ALIGN_SIDES.map((side) => shownSize(width, height, side));
  const grids = sizes.map((size, at) => noise(`photo/${i}/${at}`, size.height / CELL, size.width / CELL));
  const grid = grids[scale] as FeatureGrid;
  // Near the middle, as people frame what they photograph.
  const place = (u: number, cells: number) => Math.round((0.2 + 0.6 * u) * (cells - WINDOW));
  const [row, column] = [place(a, grid.height), place(b, grid.width)];
  for (let y = 0; y < WINDOW; y++)
    for (let x = 0; x < WINDOW; x++)
      for (let channel = 0; channel < CHANNELS; channel++) {
        const from = (y * WINDOW + x) * CHANNELS + channel;
        const to = ((row + y) * grid.width + column + x) * CHANNELS + channel;
        grid.values[to] = (grid.values[to] as number) + strength * (PATTERN[from] as number);
      }
  return { photo: { id: `p${i}`, width, height, label: i % 2 ? 'dog' : 'cat', grids }, scale, row, column };
}

function noise(stream: string, height: number, width: number): FeatureGrid {
  return { height, width, channels: CHANNELS, values: normals(3, stream, height * width * CHANNELS) };
}

describe('a common subject', () => {
  const given = Array.from({ length: PHOTOS }, (_, i) => planted(i, 5));
  const template = fitTemplate(given.map(({ photo }) => photo));
  const found = given.map(({ photo }) => findSubject(photo, template));

  test('is found in nearly every photo in the same frame to a cell, without labels of parts', () => {
    // The frame of the template is its own: every photo must be off by the same number of cells.
    const offsets = given.map(({ photo, scale, row, column }, i) => {
      const grid = photo.grids[scale] as FeatureGrid;
      const { centreX, centreY } = (found[i] as (typeof found)[number]).box;
      return {
        x: (centreX * grid.width) / photo.width - column - WINDOW / 2,
        y: (centreY * grid.height) / photo.height - row - WINDOW / 2,
      };
    });
    const middle = (axis: 'x' | 'y') =>
      offsets.map((offset) => offset[axis]).sort((p, q) => p - q)[PHOTOS / 2] as number;
    const [x, y] = [middle('x'), middle('y')];
    const hits = offsets.filter((offset) => Math.abs(offset.x - x) < 1 && Math.abs(offset.y - y) < 1);
    expect(Math.hypot(x, y)).toBeLessThan(WINDOW / 2);
    expect(hits.length).toBeGreaterThanOrEqual(0.9 * PHOTOS);
  });

  test('has the same template whatever the order of the photos', () => {
    const reversed = fitTemplate(given.map(({ photo }) => photo).reverse());
    expect(reversed.template).toEqual(template.template);
  });

  test('lies within the photo, square', () => {
    for (const [i, { box }] of found.entries()) {
      const { width, height } = (given[i] as Planted).photo;
      expect(box.centreX - box.side / 2).toBeGreaterThanOrEqual(-1e-9);
      expect(box.centreX + box.side / 2).toBeLessThanOrEqual(width + 1e-9);
      expect(box.centreY - box.side / 2).toBeGreaterThanOrEqual(-1e-9);
      expect(box.centreY + box.side / 2).toBeLessThanOrEqual(height + 1e-9);
    }
  });

  test('scores higher than a photo without it', () => {
    const without = Array.from({ length: 20 }, (_, i) => findSubject(planted(100 + i, 0).photo, template).score);
    const lowest = found.map(({ score }) => score).sort((a, b) => a - b)[Math.floor(0.1 * PHOTOS)] as number;
    expect(Math.max(...without)).toBeLessThan(lowest);
  });
});

test('a panorama, a strip and a photo smaller than a window have windows all the same', () => {
  for (const [width, height] of [
    [3000, 200],
    [40, 900],
    [10, 10],
  ] as const) {
    const grids = ALIGN_SIDES.map((side) => {
      const shown = shownSize(width, height, side);
      return noise(`${width}`, shown.height / CELL, shown.width / CELL);
    });
    const photo: AlignedPhoto = { id: 'a', width, height, label: null, grids };
    const { box, score } = findSubject(photo, fitTemplate([photo, { ...photo, id: 'b' }]));
    expect(box.side).toBeLessThanOrEqual(Math.min(width, height));
    expect(Number.isFinite(score)).toBe(true);
  }
});

test('a stored template cuts as it did: one that names no margin cuts wider', () => {
  const [photo] = Array.from({ length: 2 }, (_, i) => planted(i, 5).photo) as [AlignedPhoto];
  const fitted = fitTemplate([photo, { ...photo, id: 'b' }]);
  const stored = templateFileOf(fitted);
  const { margin, ...old } = stored;
  const sideOf = (file: unknown) => findSubject(photo, templateOfFile(TemplateFile.parse(file))).box.side;
  expect(sideOf(stored)).toBeCloseTo(findSubject(photo, fitted).box.side, 3);
  expect(sideOf(old) / sideOf(stored)).toBeCloseTo(1.12 / margin, 2);
});
