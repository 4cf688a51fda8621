// Finds the common subject of a dataset in one photo.
import { type AlignedPhoto, boxOf, type SubjectBox } from './feature-grid.ts';
import { bestFit, type SubjectTemplate } from './fit-template.ts';
import { scoreWindows, standardised, type WindowScore } from './score-windows.ts';

/** Logarithm of the ratio of two neighbouring sizes. */
const SIZE_STEP = 0.31;
/** Windows of two sizes show the same subject when their centres are within this share of the side. */
const SAME_SUBJECT = 0.3;

export type FoundSubject = {
  /** Lies within the photo. */
  readonly box: SubjectBox;
  /** Cosine of the window and the template, -1 to 1: low where the photo does not show the common subject. */
  readonly score: number;
};

/** Finds the window that fits the template best, to fractions of a cell and of a size by parabolas through its neighbours. */
export function findSubject(given: AlignedPhoto, { template, scale, margin }: SubjectTemplate): FoundSubject {
  const photo = standardised(given, scale);
  const best = bestFit(photo, template);
  const cosines = new Map<string, number>();
  const ofSize: WindowScore[][] = photo.grids.map(() => []);
  scoreWindows(photo, template, (score) => {
    cosines.set(`${score.scale}/${score.row}/${score.column}`, score.cosine);
    ofSize[score.scale]?.push(score);
  });
  const at = (row: number, column: number) => cosines.get(`${best.scale}/${row}/${column}`);
  const row = best.row + vertex(at(best.row - 1, best.column), best.cosine, at(best.row + 1, best.column));
  const column = best.column + vertex(at(best.row, best.column - 1), best.cosine, at(best.row, best.column + 1));
  const exact = boxOf(photo, best.scale, row, column);
  const near = (size: number) => bestNear(photo, ofSize[size], exact);
  const larger = vertex(near(best.scale - 1), best.cosine, near(best.scale + 1));
  const side = exact.side * Math.exp(-SIZE_STEP * larger) * margin;
  return { box: withinPhoto({ ...exact, side }, photo), score: best.cosine };
}

/** The offset of a parabola's vertex from its middle point, at most half a step; 0 where a neighbour is missing or the middle is no peak. */
function vertex(left: number | undefined, middle: number, right: number | undefined): number {
  if (left === undefined || right === undefined) return 0;
  const bend = left - 2 * middle + right;
  return bend >= 0 ? 0 : Math.min(Math.max((0.5 * (left - right)) / bend, -0.5), 0.5);
}

function bestNear(
  photo: AlignedPhoto,
  windows: readonly WindowScore[] | undefined,
  box: SubjectBox,
): number | undefined {
  const reach = SAME_SUBJECT * box.side;
  const near = windows?.filter(({ scale, row, column }) => {
    const other = boxOf(photo, scale, row, column);
    return Math.abs(other.centreX - box.centreX) < reach && Math.abs(other.centreY - box.centreY) < reach;
  });
  return near?.length ? Math.max(...near.map(({ cosine }) => cosine)) : undefined;
}

function withinPhoto({ centreX, centreY, side }: SubjectBox, { width, height }: AlignedPhoto): SubjectBox {
  const cut = Math.min(side, width, height);
  const inside = (centre: number, length: number) => Math.min(Math.max(centre, cut / 2), length - cut / 2);
  return { centreX: inside(centreX, width), centreY: inside(centreY, height), side: cut };
}
