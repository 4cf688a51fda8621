// `cdk deploy` starts here. Options: infra/options.ts.
import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { optionsOf } from './options.ts';
import { Goldpan } from './stack.ts';

const app = new App();
const options = optionsOf(app.node);
new Goldpan(app, options.stackName, options);
Tags.of(app).add('app', 'goldpan');
Tags.of(app).add('stage', options.stage === '' ? 'main' : options.stage);
Validations.of(app).addPlugins(new AwsSolutionsChecks(), new ServerlessChecks());
