// A peer: pandas reads, pandera validates and reports each failure, pandas profiles, marks duplicates and writes.
import { checkWithPandera } from '../peer/pandera.ts';
import { answerInPandas } from './contest.ts';

answerInPandas(checkWithPandera);
