import { App, Stack } from 'aws-cdk-lib'
import { Backbone, Routes, Service } from '../../../lib/constructs/index.ts'
import { handler as callPartner } from './call-partner.ts'
import { handler as charge } from './charge.ts'
import { handler as importRows } from './import-rows.ts'
import { handler as indexRows } from './index-rows.ts'
import { handler as meterRows } from './meter-rows.ts'
import { handler as noteRows } from './note-rows.ts'
import { handler as print } from './print.ts'

/** Synthesizes the example into a folder. @returns the app, and the folder of its cloud assembly */
export function synthesize(outdir: string): { readonly app: App; readonly folder: string } {
  const app = new App({ outdir, builtinCloudFormationValidation: false })
  const options = { app: 'load', lockFile: `${outdir}.lock.json`, newInLock: 'record' } as const
  const backbone = new Backbone(new Stack(app, 'load-backbone'), 'Backbone', options)
  const consumers = [print, importRows, noteRows, indexRows, meterRows, callPartner, charge]
  new Service(new Stack(app, 'load-work'), 'Work', { backbone, name: 'work', consumers })
  new Routes(new Stack(app, 'load-routes'), 'Routes', { backbone })
  return { app, folder: app.synth().directory }
}
