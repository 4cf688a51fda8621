// The parameters of a latent-class model: a class is sampled, then each sub-column independently.

export type LatentClasses = {
  readonly classes: number;
  /** [classes], in nats. */
  readonly logWeights: Float32Array;
  /** [codes, classes], in nats: the codes of each sub-column sum to one in every class. */
  readonly logProbabilities: Float32Array;
};
