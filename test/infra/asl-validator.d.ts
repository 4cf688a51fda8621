declare module 'asl-validator' {
  type Options = { readonly checkPaths?: boolean; readonly checkArn?: boolean };
  const validate: (
    definition: unknown,
    options?: Options,
  ) => { isValid: boolean; errorsText(separator?: string): string };
  export default validate;
}
