// quality.html: a page that shows whether the data is good enough, what the problems are, and what to do.
import type { GateDecision } from '../../snapshot/messages.ts';
import { adviseOn } from '../../snapshot/quality/advice.ts';
import type { QualityFacts } from '../../snapshot/quality/facts.ts';
import type { Quality } from '../../snapshot/quality/quality.ts';
import { DIMENSION_WEIGHTS, WEIGHTS } from '../../snapshot/quality/scores.ts';
import { html } from '../html.ts';
import { pageOf } from '../page.ts';
import { changesSection } from './changes-section.ts';
import { conflictsOf, duplicatesOf, flaggedOf, outliersOf, rejectedOf } from './items-section.ts';
import type { Previews } from './preview.ts';
import { headOf, nextOf, scoresOf } from './scores-section.ts';
import { classesOf, flowOf, spreadSection, uploadsOf } from './spread-section.ts';
import { type SubjectPictures, subjectsOf } from './subjects-section.ts';

export type QualityPage = {
  readonly quality: Quality;
  readonly facts: QualityFacts;
  /** As for a report: the gate under the settings in force. */
  readonly gate: GateDecision;
  readonly previews: Previews;
  /** With subject alignment. */
  readonly subjects?: SubjectPictures | undefined;
  readonly mark: string;
};

/** The same facts, gate and previews give the same bytes. */
export function qualityPage({ quality, facts, gate, previews, subjects, mark }: QualityPage): string {
  const body = html`${headOf(quality)}
${nextOf(adviseOn(quality, gate), gate)}
${scoresOf(quality)}
${flowOf(quality)}
${classesOf(quality)}
${subjects && facts.subjects ? subjectsOf(facts.subjects, facts.kind, subjects) : null}
${rejectedOf(facts, previews)}
${conflictsOf(facts, previews)}
${duplicatesOf(facts, previews)}
${outliersOf(facts, previews)}
${flaggedOf(facts, previews)}
${changesSection(facts)}
${spreadSection(facts)}
${uploadsOf(quality, facts)}
${formula()}`;
  return pageOf({ title: `Quality of ${quality.dataset}`, mark, body });
}

function formula() {
  const weights = Object.entries(DIMENSION_WEIGHTS).map(([name, weight]) => `${name} ${weight}`);
  const { rejected, flagged, mended, conflicting, exactDuplicates, outliers } = WEIGHTS;
  return html`<footer><p>A dimension is the product of 1 - weight x share over its findings: rejected ${rejected}, flagged ${flagged}, fixed ${mended}, conflicting labels ${conflicting}, duplicate ${exactDuplicates}, outlier ${outliers}, without label ${WEIGHTS.unlabelled}, missing cells ${WEIGHTS.missingCells}, out of date ${WEIGHTS.stale}. The total weighs ${weights.join(', ')}. docs/quality.md of goldpan has every formula; quality.json beside this page has every figure.</p></footer>`;
}
