import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Backbone, Routes, Service } from '../../lib/constructs/index.ts'
import { freshFolder, type Services } from '../lib/example/app.ts'
import { handler as greet1 } from './v1/greet.ts'
import { handler as register1 } from './v1/register.ts'
import { handler as rename1 } from './v1/rename.ts'
import { handler as count } from './v2/count.ts'
import { handler as greet2 } from './v2/greet.ts'
import { handler as register2 } from './v2/register.ts'
import { handler as rename2 } from './v2/rename.ts'
import { handler as renamed } from './v2/renamed.ts'

export const APP = 'life'

/** One system in several versions. */
export const versions = {
  n: { people: { consumers: [register1, rename1] }, mail: { consumers: [greet1] } },
  next: { people: { consumers: [register2, rename2] }, mail: { consumers: [greet2] } },
  more: {
    people: { consumers: [register2, rename2] },
    mail: { consumers: [greet2] },
    statistics: { consumers: [count] },
  },
  renamed: { people: { consumers: [register2, rename2] }, mail: { consumers: [renamed] } },
} satisfies Record<string, Services>

/** Where a repository keeps its lock: one for all of its versions. */
export const newLockFile = (): string => join(freshFolder(), 'penstock.lock.json')

/** Synthesizes a version. @returns the folder of its assembly */
export function synthesized(of: Services, lockFile: string): string {
  const app = new App({ outdir: join(freshFolder(), 'cdk.out'), builtinCloudFormationValidation: false })
  const backbone = new Backbone(new Stack(app, `${APP}-backbone`), 'Backbone', {
    ...{ app: APP, mode: 'development', lockFile, newInLock: 'record' },
  })
  for (const [name, handlers] of Object.entries(of))
    new Service(new Stack(app, `${APP}-${name}`), 'Service', { backbone, name, ...handlers })
  new Routes(new Stack(app, `${APP}-routes`), 'Routes', { backbone })
  return app.synth().directory
}
