#!/usr/bin/env node
// The CDK app: `npx cdk synth` runs it, and `npm start` when a source has changed.
import { enableCompileCache } from 'node:module'

// Before aws-cdk-lib loads: compiling it is a third of a synth.
enableCompileCache('node_modules/.cache/compile')

const { App } = await import('aws-cdk-lib')
const { shop } = await import('../lib/stacks/shop.ts')

const cdk = new App({
  // Each resource's construct in the template: errors on AWS and in the local cloud then name it.
  context: { 'aws:cdk:enable-path-metadata': true },
  analyticsReporting: false,
  treeMetadata: false,
  // Takes longer than the synth itself; tests and CI validate every template, with cdk-nag's rules as well.
  builtinCloudFormationValidation: Boolean(process.env.CI),
})
const context = (name: string): string | undefined => cdk.node.tryGetContext(name)

shop(cdk, {
  app: context('app') ?? 'shop',
  mode: context('mode') === 'development' ? 'development' : 'production',
})
cdk.synth()
