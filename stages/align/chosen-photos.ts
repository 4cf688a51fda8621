// Chooses the photos that a template is fitted to: the same for the same parts, whatever order they arrived in.
import { hasSidecar } from '#core/kinds/sidecar.ts';
import type { AlignmentPlan } from '#core/snapshot/alignment.ts';
import { readSidecars } from '#core/snapshot/read-sidecars.ts';
import { readSourceParts } from '#core/snapshot/read-source-parts.ts';
import type { Store } from '#core/store/store.ts';

/** A mean of some hundred windows hardly changes with more. */
const TEMPLATE_PHOTOS = 400;
/** Items among which they are chosen: all of the first parts by hash. */
const CANDIDATES = 20_000;
const PARTS_AT_ONCE = 4;

export type ChosenPhoto = {
  readonly part: number;
  readonly row: number;
  readonly itemId: string;
  readonly label: string | null;
};
type Row = { itemId: string; path: string; label: string | null; source: string };

/** Returns as many of each class as there are, in turn, by item id; each item once. */
export async function choosePhotos(data: Store, plan: AlignmentPlan, most = TEMPLATE_PHOTOS): Promise<ChosenPhoto[]> {
  const said = await readSidecars(data, plan.sidecars);
  const fromSidecar = hasSidecar(plan.labels);
  const found = new Map<string, ChosenPhoto>();
  const visit = (part: number, rows: Row[], first: number) => {
    for (const [offset, { itemId, label, ...place }] of rows.entries()) {
      const row = first + offset;
      const known = found.get(itemId);
      if (known && (known.part < part || (known.part === part && known.row < row))) continue;
      found.set(itemId, { part, row, itemId, label: fromSidecar ? (said(place)?.label ?? null) : label });
    }
  };
  await readSourceParts<Row>(data, candidates(plan), {
    columns: ['itemId', 'path', 'label', 'source'],
    atOnce: PARTS_AT_ONCE,
    visit,
  });
  const classes = Map.groupBy(found.values(), ({ label }) => label ?? '');
  const ordered = [...classes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, members]) => members.sort((a, b) => (a.itemId < b.itemId ? -1 : 1)));
  const longest = Math.max(0, ...ordered.map(({ length }) => length));
  const inTurn = Array.from({ length: longest }, (_, rank) => ordered.flatMap((members) => members[rank] ?? []));
  return inTurn.flat().slice(0, most);
}

function candidates({ parts }: AlignmentPlan) {
  const byHash = parts
    .map((part, position) => ({ position, part }))
    .sort((a, b) =>
      a.part.sha256 === b.part.sha256 ? a.position - b.position : a.part.sha256 < b.part.sha256 ? -1 : 1,
    );
  let items = 0;
  return byHash.filter(({ part }) => {
    const wanted = items < CANDIDATES;
    items += part.items;
    return wanted;
  });
}
