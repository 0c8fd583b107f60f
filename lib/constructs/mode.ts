import { type CfnResource, RemovalPolicy } from 'aws-cdk-lib'

/**
 * `production` loses nothing: what holds data stays when its stack or its place in the template goes, and tables refuse to be
 * deleted. `development` lets `cdk destroy` remove everything.
 */
export type Mode = 'production' | 'development'

export function keepData(mode: Mode, ...resources: readonly CfnResource[]): void {
  for (const resource of resources)
    resource.applyRemovalPolicy(mode === 'production' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY)
}
