import { App, Stack } from 'aws-cdk-lib'
import { Backbone, Routes, Service } from '../../../lib/constructs/index.ts'
import { handler as getStock } from './get-stock.ts'

/** Synthesizes the example into a folder. @returns the folder of the cloud assembly */
export function synthesize(outdir: string): string {
  const app = new App({ outdir, builtinCloudFormationValidation: false })
  const options = { app: 'ask', lockFile: `${outdir}.lock.json`, newInLock: 'record' } as const
  const backbone = new Backbone(new Stack(app, 'ask-backbone'), 'Backbone', options)
  new Service(new Stack(app, 'ask-inventory'), 'Inventory', { backbone, name: 'inventory', responders: [getStock] })
  new Routes(new Stack(app, 'ask-routes'), 'Routes', { backbone })
  return app.synth().directory
}
