// Decides whether an error in the engine process ends the run, or is a fault of this host.
import { asProgramError, FAILURE, GoldpanError } from '#core/base/errors.ts';

/** How TensorFlow names a call to the libraries of a GPU. */
const OF_THE_GPU = /CUDA|cu(DNN|BLAS|FFT|SOLVER|SPARSE)/i;
const NO_MEMORY = /OOM when allocating|allocation failed/i;

/**
 * Returns the error that ends the run, or undefined where another host may do better: the engine meets no network, but a disk without room
 * or a GPU that is broken.
 */
export function engineFailure(error: Error): GoldpanError | undefined {
  if (error instanceof GoldpanError) return error;
  if (NO_MEMORY.test(error.message)) {
    const words =
      'the memory is too little. Train with a smaller batch (train.batchSize) or smaller images, or on a host with more memory';
    return new GoldpanError(FAILURE.outOfMemory, `${words}: ${error.message}`, { cause: error });
  }
  return 'syscall' in error || OF_THE_GPU.test(error.message) ? undefined : asProgramError(error);
}
