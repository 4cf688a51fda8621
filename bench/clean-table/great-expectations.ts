// A peer: pandas reads, Great Expectations validates and names each failing row, pandas describes, marks repeats and writes.
import { checkWithGreatExpectations } from '../peer/great-expectations.ts';
import { answerInPandas } from './contest.ts';

answerInPandas(checkWithGreatExpectations);
