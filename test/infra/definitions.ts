// The state machines' definitions as Step Functions would read them.
import { ofType, type Resource, synth } from './synth.ts';

export type State = {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly Parameters?: Resource['Properties'];
  readonly Retry?: readonly Record<string, unknown>[];
  readonly Catch?: readonly { readonly ErrorEquals: string[]; readonly Next: string }[];
  readonly ItemProcessor?: Definition;
  readonly [key: string]: unknown;
};
export type Definition = {
  readonly StartAt: string;
  readonly States: Record<string, State>;
  readonly TimeoutSeconds?: number;
};

export function definitions(options: Record<string, string>): [string, Definition][] {
  return ofType(synth(options), 'AWS::StepFunctions::StateMachine').map(([id, { Properties }]) => [
    id,
    JSON.parse(rendered(Properties.DefinitionString)) as Definition,
  ]);
}

export function definition(options: Record<string, string>, machine: 'Assemble' | 'Train' | 'Serving'): Definition {
  const found = definitions(options).find(([id]) => id.startsWith(machine));
  if (!found) throw new Error(`no machine ${machine}`);
  return found[1];
}

/** References become names that a definition may hold. */
function rendered(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    Ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
    'Fn::Sub': substituted,
  } = value as {
    Ref?: string;
    'Fn::GetAtt'?: string[];
    'Fn::Join'?: [string, unknown[]];
    'Fn::Sub'?: string;
  };
  if (substituted !== undefined) return substituted;
  if (join) return join[1].map(rendered).join(join[0]);
  return Ref === 'AWS::Partition' ? 'aws' : (Ref ?? attribute?.join('-') ?? '');
}
