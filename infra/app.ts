// The entry point of `cdk deploy`. infra/options.ts has the options.
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { optionsOf } from './options.ts';
import { GoldpanStack } from './stack.ts';

const app = new App();
const options = optionsOf(app.node);
new GoldpanStack(app, options.stackName, options);
Validations.of(app).addPlugins(new AwsSolutionsChecks(), new ServerlessChecks());
