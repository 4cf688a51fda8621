/** The beginning of the reason of a job that was ended for having waited too long for a host; AWS Batch itself writes the same. */
export const ENDED_WAITING = 'Canceled by JobStateTimeLimit';
