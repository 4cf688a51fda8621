import { expect, test } from 'vitest';
import { KINDS } from '#core/base/names.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { MODEL_FAMILIES } from '#core/kinds/train-config.ts';
import { melFamilyOf } from '../../../../containers/trainer/models/audio/mel-families.ts';
import { familyOf } from '../../../../containers/trainer/models/registry.ts';
import { tableFamilyOf } from '../../../../containers/trainer/models/table/table-families.ts';
import { textFamilyOf } from '../../../../containers/trainer/models/text/text-families.ts';

const OPEN = { image: familyOf, table: tableFamilyOf, text: textFamilyOf, audio: melFamilyOf };

test.each(KINDS)('the definition of %s names the families that the trainer has for it', (kind) => {
  const opened = MODEL_FAMILIES.filter((name) => {
    try {
      return OPEN[kind](name) !== undefined;
    } catch {
      return false;
    }
  });
  expect([...definitionOf(kind).models].sort()).toEqual([...opened].sort());
});
