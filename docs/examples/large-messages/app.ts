import { App, Stack } from 'aws-cdk-lib'
import { Backbone, Routes, Sagas, Service } from '../../../lib/constructs/index.ts'
import { handler as approve } from './approve.ts'

import { handler as importPrices } from './import-prices.ts'
import { handler as indexNames } from './index-names.ts'
import { handler as reviewPrices } from './review-prices.ts'
import { reviewSaga } from './review-saga.ts'
import { handler as sumPrices } from './sum-prices.ts'

/** The example as a CDK app. */
export function largeMessages(outdir: string): App {
  const app = new App({ outdir, builtinCloudFormationValidation: false })
  const options = { app: 'large', lockFile: `${outdir}.lock.json`, newInLock: 'record' } as const
  const backbone = new Backbone(new Stack(app, 'large-backbone'), 'Backbone', options)
  new Service(new Stack(app, 'large-catalogue'), 'Catalogue', {
    backbone,
    name: 'catalogue',
    consumers: [importPrices, reviewPrices],
    steps: [approve],
    sagas: [reviewSaga],
  })
  new Service(new Stack(app, 'large-pricing'), 'Pricing', { backbone, name: 'pricing', consumers: [sumPrices] })
  new Service(new Stack(app, 'large-search'), 'Search', { backbone, name: 'search', consumers: [indexNames] })
  new Sagas(new Stack(app, 'large-sagas'), 'Sagas', { backbone })
  new Routes(new Stack(app, 'large-routes'), 'Routes', { backbone })
  return app
}

/** Synthesizes the example into a folder. @returns the folder of the cloud assembly */
export const synthesize = (outdir: string): string => largeMessages(outdir).synth().directory
