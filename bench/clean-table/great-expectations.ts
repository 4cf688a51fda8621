// A peer: pandas reads, Great Expectations validates and reports each failing row, pandas profiles, marks duplicates and writes.
import { checkWithGreatExpectations } from '../peer/great-expectations.ts';
import { answerInPandas } from './contest.ts';

answerInPandas(checkWithGreatExpectations);
