// Why objects of another bucket cannot be read or copied, in words.
import { ClientFailure } from '../../failure.ts';
import type { Address } from './address.ts';

/** Errors that have another cause are returned as they are. */
export function explainSource(error: unknown, { bucket, prefix }: Address): unknown {
  if (!(error instanceof Error) || error instanceof ClientFailure) return error;
  const place = `s3://${bucket}/${prefix}`;
  if (error.name === 'NoSuchBucket')
    return new ClientFailure(`There is no bucket ${bucket}.`, { next: 'Check its name: aws s3 ls' });
  if (/AccessDenied|Forbidden/.test(error.name))
    return new ClientFailure(`You may not read ${place}: access denied.`, {
      next: `Ask for s3:ListBucket on arn:aws:s3:::${bucket} and s3:GetObject on arn:aws:s3:::${bucket}/* (and kms:Decrypt, where its objects are encrypted by a key of yours), or use a profile that has them (AWS_PROFILE). What was copied stays, and the same command goes on from there.`,
    });
  if (error.name === 'PreconditionFailed')
    return new ClientFailure(`${place} changed while it was copied.`, { next: 'Run the command again.' });
  return error;
}
