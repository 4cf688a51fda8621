// goldpan inside a CDK app of your own: photos go into your bucket, and your function draws from the model.
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Goldpan } from '../../infra/goldpan.ts';

const HANDLER = `
const { InvokeCommand, LambdaClient } = require('@aws-sdk/client-lambda');
exports.handler = async () => {
  const event = {
    rawPath: '/v1/datasets/birds/sample',
    requestContext: { http: { method: 'POST' } },
    headers: { accept: 'image/png' },
    body: JSON.stringify({ n: 16 }),
  };
  const reply = await new LambdaClient({}).send(
    new InvokeCommand({ FunctionName: process.env.SAMPLE_FUNCTION, Payload: JSON.stringify(event) }),
  );
  return JSON.parse(new TextDecoder().decode(reply.Payload));
};
`;

/** Returns the stack, which `cdk deploy --app "node examples/own-app/app.ts"` deploys. */
export function buildOwnApp(app: App): Stack {
  const stack = new Stack(app, 'Birds');
  const photos = new Bucket(stack, 'Photos', { versioned: true, eventBridgeEnabled: true, enforceSSL: true });
  const goldpan = new Goldpan(stack, 'Goldpan', { dropBucket: photos, gpu: false });
  const draw = new LambdaFunction(stack, 'Draw', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline(HANDLER),
    environment: { SAMPLE_FUNCTION: goldpan.sampleFunction.functionName },
  });
  goldpan.sampleFunction.grantInvoke(draw);
  new CfnOutput(stack, 'Models', { value: goldpan.dataBucket.bucketName });
  return stack;
}

if (import.meta.main) buildOwnApp(new App());
