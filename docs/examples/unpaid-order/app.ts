import { App, Stack } from 'aws-cdk-lib'
import { Backbone, Routes, Service } from '../../../lib/constructs/index.ts'
import { handler as askForReview } from './ask-for-review.ts'
import { handler as cancelUnpaid } from './cancel-unpaid.ts'
import { handler as payOrder } from './pay-order.ts'
import { handler as placeOrder } from './place-order.ts'

/** Synthesizes the example into a folder. @returns the folder of the cloud assembly */
export function synthesize(outdir: string): string {
  const app = new App({ outdir, builtinCloudFormationValidation: false })
  const options = { app: 'unpaid', lockFile: `${outdir}.lock.json`, newInLock: 'record' } as const
  const backbone = new Backbone(new Stack(app, 'unpaid-backbone'), 'Backbone', options)
  const consumers = [placeOrder, payOrder, cancelUnpaid, askForReview]
  new Service(new Stack(app, 'unpaid-orders'), 'Orders', { backbone, name: 'orders', consumers })
  new Routes(new Stack(app, 'unpaid-routes'), 'Routes', { backbone })
  return app.synth().directory
}
