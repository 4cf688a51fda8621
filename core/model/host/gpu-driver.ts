// The drivers of NVIDIA that the trainer's CUDA libraries run on.

/** The oldest driver for CUDA 12 by minor-version compatibility: https://docs.nvidia.com/deploy/cuda-compatibility/ */
export const OLDEST_DRIVER = '525.60';
