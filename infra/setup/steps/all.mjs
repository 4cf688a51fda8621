import { addonStep } from './addon.mjs';
import { emulatorStep } from './emulator.mjs';
import { featuresStep } from './features.mjs';
import { linkStep } from './link.mjs';
import { nativeSteps } from './native.mjs';
import { cloudNodeStep, nodeStep } from './node.mjs';
import { hostPackagesStep, packagesStep } from './packages.mjs';
import { pythonStep } from './python.mjs';
import { sparkStep } from './spark.mjs';
import { sparkS3Step } from './spark-s3.mjs';
import { tensorflowGpuStep, tensorflowStep } from './tensorflow.mjs';

/** The steps that `cdk synth` needs, on any system, with Node alone. */
export const deploySteps = [hostPackagesStep, cloudNodeStep, ...nativeSteps];

/** All steps, each behind those that it needs; those of the GPU, of Spark and of Python's examples only on request. */
export function allSteps({ gpu, spark, sparkS3, python }) {
  const steps = [
    nodeStep,
    emulatorStep,
    packagesStep,
    tensorflowStep,
    linkStep,
    ...nativeSteps,
    addonStep,
    featuresStep,
  ];
  return [
    ...steps,
    ...(gpu ? [tensorflowGpuStep] : []),
    ...(spark || sparkS3 ? [sparkStep] : []),
    ...(sparkS3 ? [sparkS3Step] : []),
    ...(python ? [pythonStep] : []),
  ];
}
