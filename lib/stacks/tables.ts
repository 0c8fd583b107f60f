import { tableName } from '../../messaging/names.ts'
import type { ServiceName } from './services.ts'

export const sandboxTableName = (app: string): string => `${app}-sandbox`

/** Names of the shop's tables, for tools that read what each service holds. Here and not in shop.ts: they need no CDK. */
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
