// The quotas of Amazon EC2 that decide whether a training gets a host.

export type Ec2Quota = {
  readonly code: string;
  readonly name: string;
  readonly purchase: 'spot' | 'on demand';
  /** vCPUs of the smallest host that trainings use; a lower quota is as good as none. */
  readonly leastVcpus: number;
};

type Group = { readonly letter: string; readonly leastVcpus: number; readonly spot: Named; readonly onDemand: Named };
type Named = { readonly code: string; readonly name: string };

const GROUPS: readonly Group[] = [
  {
    letter: 'g',
    leastVcpus: 4,
    spot: { code: 'L-3819A6DF', name: 'All G and VT Spot Instance Requests' },
    onDemand: { code: 'L-DB2E81BA', name: 'Running On-Demand G and VT instances' },
  },
  {
    letter: 'p',
    leastVcpus: 16,
    spot: { code: 'L-C4BD4855', name: 'All P5 Spot Instance Requests' },
    onDemand: { code: 'L-417A185B', name: 'Running On-Demand P instances' },
  },
];
const STANDARD: Omit<Group, 'letter'> = {
  leastVcpus: 4,
  spot: { code: 'L-34B43A08', name: 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests' },
  onDemand: { code: 'L-1216C47A', name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances' },
};

/** Returns the quotas that count the vCPUs of these instance families, such as `g5`, each once. */
export function ec2Quotas(families: readonly string[]): Ec2Quota[] {
  const groups = new Set(families.map((family) => GROUPS.find(({ letter }) => family.startsWith(letter)) ?? STANDARD));
  return [...groups].flatMap(({ leastVcpus, spot, onDemand }): Ec2Quota[] => [
    { ...spot, purchase: 'spot', leastVcpus },
    { ...onDemand, purchase: 'on demand', leastVcpus },
  ]);
}
