import { type App, Stack, type StackProps } from 'aws-cdk-lib'
import { Backbone, type BackboneProps, Routes, Sagas, Service } from '../constructs/index.ts'
import { CONCURRENCY } from './concurrency.ts'
import { SandboxStack } from './sandbox.ts'
import { SERVICES } from './services.ts'

export interface ShopProps extends BackboneProps, Pick<StackProps, 'env'> {}

/** All stacks of the shop: the backbone, one for each service, the payment provider's sandbox, the sagas, and last the routes. */
export function shop(scope: App, { env, ...props }: ShopProps): void {
  const { app } = props
  const stack = (name: string, description: string) =>
    new Stack(scope, `${app}-${name}`, { description, ...(env && { env }) })
  const backbone = new Backbone(
    stack('backbone', 'The bus, its topics and the key that all services share'),
    'Backbone',
    { defaultConcurrency: CONCURRENCY, ...props },
  )
  for (const [name, handlers] of Object.entries(SERVICES))
    new Service(stack(name, `The service ${name}`), title(name), { backbone, name, ...handlers })
  new SandboxStack(scope, `${app}-sandbox`, {
    backbone,
    description: "The payment provider's sandbox, outside the shop",
    ...(env && { env }),
  })
  new Sagas(stack('sagas', 'The state machines of all sagas'), 'Sagas', { backbone })
  new Routes(stack('routes', 'Rules of the bus and routes of the API'), 'Routes', { backbone })
}

const title = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1)
