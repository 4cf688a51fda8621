// Titles of measures on a page, with units. Columns of tables keep their own names.
import { definitionOf } from '../../kinds/registry/definitions.ts';
import type { QualityFacts } from '../../snapshot/quality/facts.ts';

export function measureTitle(kind: QualityFacts['kind'], measure: string): string {
  const { measures } = definitionOf(kind);
  if (measures === null) return measure;
  return measures[measure] ?? `${measure.charAt(0).toUpperCase()}${measure.slice(1)}`;
}
