import { fileURLToPath } from 'node:url'
import { Stack, type StackProps } from 'aws-cdk-lib'
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import { allow, type Backbone, HandlerFunction, keepData } from '../constructs/index.ts'
import { sandboxTableName } from './tables.ts'

const PROVIDER_FILE = fileURLToPath(new URL('../../functions/sandbox/provider.ts', import.meta.url))

export interface SandboxStackProps extends StackProps {
  readonly backbone: Backbone
}

/**
 * The payment provider's sandbox: a company outside the shop, with books of its own. A shop that takes real money leaves this
 * stack out and gives payments a function of the same name that talks to its provider.
 */
export class SandboxStack extends Stack {
  constructor(scope: Construct, id: string, { backbone, ...props }: SandboxStackProps) {
    super(scope, id, props)
    const { app, mode, alarms } = backbone
    const tableName = sandboxTableName(app)
    const books = new CfnTable(this, 'Books', {
      tableName,
      billingMode: 'PAY_PER_REQUEST',
      attributeDefinitions: [
        { attributeName: 'pk', attributeType: 'S' },
        { attributeName: 'sk', attributeType: 'S' },
      ],
      keySchema: [
        { attributeName: 'pk', keyType: 'HASH' },
        { attributeName: 'sk', keyType: 'RANGE' },
      ],
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtectionEnabled: mode === 'production',
    })
    keepData(mode, books)
    new HandlerFunction(this, 'Provider', {
      name: `${app}-sandbox-provider`,
      file: PROVIDER_FILE,
      mode,
      alarms,
      may: () => [allow('KeepBooks', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], books.attrArn)],
      environment: () => ({ SANDBOX_TABLE: tableName }),
      memory: 256,
      timeout: 10_000,
    })
  }
}
