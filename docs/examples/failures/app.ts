import { App, Stack } from 'aws-cdk-lib'
import { Backbone, Routes, Service } from '../../../lib/constructs/index.ts'
import { handler as book } from './book.ts'
import { handler as charge } from './charge.ts'
import { handler as setRate } from './set-rate.ts'

/** Synthesizes the example into a folder. @returns the folder of the cloud assembly */
export function synthesize(outdir: string): string {
  const app = new App({ outdir, builtinCloudFormationValidation: false })
  const options = { app: 'bank', lockFile: `${outdir}.lock.json`, newInLock: 'record' } as const
  const backbone = new Backbone(new Stack(app, 'bank-backbone'), 'Backbone', options)
  new Service(new Stack(app, 'bank-bank'), 'Bank', { backbone, name: 'bank', consumers: [charge, book, setRate] })
  new Routes(new Stack(app, 'bank-routes'), 'Routes', { backbone })
  return app.synth().directory
}
