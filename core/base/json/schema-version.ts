// The version that a stored document carries.
import * as z from 'zod';

/** Version 1 of a stored document: always written. One without it, as earlier releases wrote them, is read as version 1. */
export const FirstVersion = z.literal(1).default(1);
