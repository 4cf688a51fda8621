// A peer: pandas reads, pandera validates and tells each failure case, pandas describes, marks repeats and writes.
import { checkWithPandera } from '../peer/pandera.ts';
import { answerInPandas } from './contest.ts';

answerInPandas(checkWithPandera);
