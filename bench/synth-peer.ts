// The peer of bench/synth.ts: 20 of the shop's functions, each bundled by a NodejsFunction construct of its own.
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { App, Stack } from 'aws-cdk-lib'
import { Runtime } from 'aws-cdk-lib/aws-lambda'
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs'
import { HANDLERS } from '../lib/stacks/services.ts'
import { declarationOf } from '../messaging/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const app = new App({ analyticsReporting: false })
const stack = new Stack(app, 'peer')
for (const [index, handler] of HANDLERS.slice(0, 20).entries())
  new NodejsFunction(stack, `Function${index}`, {
    entry: declarationOf(handler).file,
    projectRoot: root,
    depsLockFilePath: globSync('package-lock.json', { cwd: root }).map((name) => `${root}${name}`)[0] ?? '',
    runtime: Runtime.NODEJS_24_X,
    bundling: { format: OutputFormat.ESM, minify: true, externalModules: [] },
  })
app.synth()
