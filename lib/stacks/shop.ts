import { type App, Stack, type StackProps } from 'aws-cdk-lib'
import { tableName } from '../../messaging/names.ts'
import { Backbone, type BackboneProps, Routes, Service } from '../constructs/index.ts'
import { SandboxStack, sandboxTableName } from './sandbox.ts'
import { SERVICES, type ServiceName } from './services.ts'

export interface ShopProps extends BackboneProps, Pick<StackProps, 'env'> {}

/** All stacks of the shop: the backbone, one for each service, the payment provider's sandbox, and last the routes. */
export function shop(scope: App, { env, ...props }: ShopProps): void {
  const { app } = props
  const stack = (name: string, description: string) =>
    new Stack(scope, `${app}-${name}`, { description, ...(env && { env }) })
  const backbone = new Backbone(
    stack('backbone', 'The bus, its topics and the key that all services share'),
    'Backbone',
    props,
  )
  for (const [name, handlers] of Object.entries(SERVICES))
    new Service(stack(name, `The service ${name}`), title(name), { backbone, name, ...handlers })
  new SandboxStack(scope, `${app}-sandbox`, {
    backbone,
    description: "The payment provider's sandbox, outside the shop",
    ...(env && { env }),
  })
  new Routes(stack('routes', 'Rules of the bus and routes of the API'), 'Routes', { backbone })
}

const title = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1)

/** Names of the shop's tables, for tools that read what each service holds. */
export function shopTables(app: string): Readonly<Record<ServiceName | 'sandbox', string>> {
  return {
    orders: tableName(app, 'orders'),
    inventory: tableName(app, 'inventory'),
    payments: tableName(app, 'payments'),
    shipping: tableName(app, 'shipping'),
    loyalty: tableName(app, 'loyalty'),
    returns: tableName(app, 'returns'),
    view: tableName(app, 'view'),
    journal: tableName(app, 'journal'),
    sandbox: sandboxTableName(app),
  }
}
