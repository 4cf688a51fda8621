// The instances on which trainings can run, and the resources of a job.
import { Size } from 'aws-cdk-lib';
import { EcsMachineImageType } from 'aws-cdk-lib/aws-batch';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';

type Family = {
  /** Instance sizes with at most one GPU. There are several, so that a run does not wait for a scarce one. */
  readonly sizes: readonly string[];
  /** Resources of the smallest size, less those of the host itself. */
  readonly job: { readonly cpu: number; readonly memoryMiB: number };
};

const SMALL_GPU: Family = { sizes: ['xlarge', '2xlarge', '4xlarge'], job: { cpu: 4, memoryMiB: 14_000 } };
/** T4, A10G, L4 and H100: compute capability 7.5, 8.6, 8.9 and 9.0. */
const GPU_FAMILIES: Readonly<Record<string, Family>> = {
  g4dn: SMALL_GPU,
  g5: SMALL_GPU,
  g6: SMALL_GPU,
  p5: { sizes: ['4xlarge'], job: { cpu: 16, memoryMiB: 240_000 } },
};
const CPU_FAMILIES = ['c6i', 'c6a', 'c7i', 'm6i', 'm6a'];
const CPU: Family = { sizes: ['xlarge', '2xlarge'], job: { cpu: 4, memoryMiB: 7_000 } };

const REFUSED: Readonly<Record<string, string>> = {
  p2: 'its K80 (compute capability 3.7) is older than the kernels of TensorFlow, which start at 6.0',
  g3: 'its M60 (compute capability 5.2) is older than the kernels of TensorFlow, which start at 6.0',
  p3: 'its V100 (compute capability 7.0) is no longer served by cuDNN, which starts at 7.5 from version 9.11 on',
  g4ad: 'its GPU is from AMD, and the libraries of the image are CUDA',
  g5g: 'its processor is Arm, and the image is x86-64',
  p4d: 'its smallest size has 8 GPUs, of which a training uses one',
};
const MIN_VCPUS = 16;
/** The size of /dev/shm depends on the memory, because its pages count as memory of the job. */
const SHARED_MEMORY_SHARE = 1 / 16;

export type TrainingHosts = {
  readonly families: readonly string[];
  readonly instanceTypes: readonly InstanceType[];
  readonly imageType: EcsMachineImageType;
  /** Maximum vCPUs that run at the same time. */
  readonly maxvCpus: number;
  readonly job: { readonly cpu: number; readonly memory: Size; readonly gpu?: number };
  readonly sharedMemory: Size;
};

/** Returns the families to choose from with `-c gpuFamilies`. Throws on one that cannot train, with the reason. */
export function checkGpuFamilies(names: readonly string[]): readonly string[] {
  const known = Object.keys(GPU_FAMILIES).join(', ');
  if (names.length === 0) throw new Error(`-c gpuFamilies=: name at least one of ${known}, separated by commas`);
  for (const name of names) {
    if (name in GPU_FAMILIES) continue;
    throw new Error(`-c gpuFamilies=${name}: ${REFUSED[name] ?? 'the family is not known'}; allowed are ${known}`);
  }
  return names;
}

/** Returns hosts with a GPU of one of these families, or without a GPU. A job asks for what the smallest of them has. */
export function trainingHosts({ gpu, gpuFamilies }: { gpu: boolean; gpuFamilies: readonly string[] }): TrainingHosts {
  const names = gpu ? checkGpuFamilies(gpuFamilies) : CPU_FAMILIES;
  const families = names.map((name) => ({ name, ...(gpu ? (GPU_FAMILIES[name] as Family) : CPU) }));
  const cpu = Math.min(...families.map(({ job }) => job.cpu));
  const memoryMiB = Math.min(...families.map(({ job }) => job.memoryMiB));
  return {
    families: names,
    instanceTypes: families.flatMap(({ name, sizes }) => sizes.map((size) => new InstanceType(`${name}.${size}`))),
    imageType: gpu ? EcsMachineImageType.ECS_AL2023_NVIDIA : EcsMachineImageType.ECS_AL2023,
    maxvCpus: Math.max(MIN_VCPUS, ...families.map(({ job }) => job.cpu)),
    job: { cpu, memory: Size.mebibytes(memoryMiB), ...(gpu && { gpu: 1 }) },
    sharedMemory: Size.mebibytes(Math.floor(memoryMiB * SHARED_MEMORY_SHARE)),
  };
}
