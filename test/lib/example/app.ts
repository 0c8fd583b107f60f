import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import {
  Backbone,
  type BackboneProps,
  Routes,
  Sagas,
  Service,
  type ServiceProps,
} from '../../../lib/constructs/index.ts'
import { handler as followOrder } from './follow-order.ts'
import { handler as notifyCustomer } from './notify-customer.ts'
import { handler as orderApi } from './order-api.ts'
import { handler as placeOrder } from './place-order.ts'
import { handler as recordEvent } from './record-event.ts'
import { handler as shipOrder } from './ship-order.ts'
import { handler as watchOrder } from './watch-order.ts'

export type Services = Readonly<Record<string, Pick<ServiceProps, 'consumers' | 'endpoints' | 'steps' | 'sagas'>>>

export const services: Services = {
  orders: { consumers: [placeOrder], endpoints: [orderApi] },
  shipping: { consumers: [shipOrder, followOrder, watchOrder, notifyCustomer] },
  journal: { consumers: [recordEvent] },
}

export interface ExampleOptions extends Partial<BackboneProps> {
  readonly of?: Services
  readonly outdir?: string
}

/** A little system with every kind of route. */
export function exampleApp({ of = services, outdir = freshFolder(), ...props }: ExampleOptions = {}): App {
  const app = new App({ outdir: join(outdir, 'cdk.out'), builtinCloudFormationValidation: false })
  const lockFile = join(outdir, 'penstock.lock.json')
  const backbone = new Backbone(new Stack(app, 'ex-backbone'), 'Backbone', {
    app: 'ex',
    lockFile,
    newInLock: 'record',
    ...props,
  })
  for (const [name, handlers] of Object.entries(of)) {
    new Service(new Stack(app, `ex-${name}`), 'Service', { backbone, name, ...handlers })
  }
  if (Object.values(of).some(({ sagas }) => sagas)) new Sagas(new Stack(app, 'ex-sagas'), 'Sagas', { backbone })
  new Routes(new Stack(app, 'ex-routes'), 'Routes', { backbone })
  return app
}

export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'example-'))

/** The template of one of the example's stacks. */
export const templateOf = (app: App, stack: string): Template =>
  Template.fromStack(app.node.findChild(`ex-${stack}`) as Stack)
