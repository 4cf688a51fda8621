// The network of the training hosts: no inbound traffic, outbound traffic by TLS only.

import { RemovalPolicy } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Options } from '../options.ts';

const HTTPS = Port.tcp(443);
/** The services that a container host and its jobs call, except S3, whose endpoint is free. */
const HOST_SERVICES = {
  EcrApi: InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Ecs: InterfaceVpcEndpointAwsService.ECS,
  EcsAgent: InterfaceVpcEndpointAwsService.ECS_AGENT,
  EcsTelemetry: InterfaceVpcEndpointAwsService.ECS_TELEMETRY,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
};

/**
 * `default`: public subnets without NAT, free while idle. `private`: subnets without a route to the internet and one
 * interface endpoint a service and zone, about 0.01 USD an hour each (12 of them: some 90 USD a month).
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  readonly subnets: SubnetSelection;
  readonly hosts: SecurityGroup;

  constructor(scope: Construct, id: string, { network }: Pick<Options, 'network'>) {
    super(scope, id);
    const isPrivate = network === 'private';
    const subnetType = isPrivate ? SubnetType.PRIVATE_ISOLATED : SubnetType.PUBLIC;
    this.subnets = { subnetType };
    this.vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Training', subnetType }],
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
      // Restricting it would add a custom resource, and the group is never used.
      restrictDefaultSecurityGroup: false,
    });
    this.vpc.addFlowLog('Flows', {
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'FlowLogs', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY }),
      ),
    });
    this.hosts = new SecurityGroup(this, 'Hosts', {
      vpc: this.vpc,
      description: 'Training hosts: no inbound traffic, outbound HTTPS only',
      allowAllOutbound: false,
    });
    this.hosts.addEgressRule(Peer.anyIpv4(), HTTPS, 'AWS services');
    if (isPrivate) this.addEndpoints();
  }

  private addEndpoints(): void {
    const endpoints = new SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      description: 'Interface endpoints: HTTPS from the training hosts',
      allowAllOutbound: false,
    });
    endpoints.addIngressRule(this.hosts, HTTPS, 'Training hosts');
    for (const [name, service] of Object.entries(HOST_SERVICES)) {
      this.vpc.addInterfaceEndpoint(name, { service, subnets: this.subnets, securityGroups: [endpoints], open: false });
    }
  }
}
