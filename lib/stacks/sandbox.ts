import { fileURLToPath } from 'node:url'
import { Stack, type StackProps, Validations } from 'aws-cdk-lib'
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb'
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { allow, type Backbone, HandlerFunction, keepData, Queue, type Statement } from '../constructs/index.ts'
import { sandboxTableName } from './tables.ts'

/** Seconds; the webhook answers within 29. */
const TELLING = 30
/** A webhook that does not answer is told again so often before a person has to look. */
const MOST_TELLINGS = 20

export interface SandboxStackProps extends StackProps {
  readonly backbone: Backbone
}

/**
 * The payment provider's sandbox: a company outside the shop, with books of its own. A shop that takes real money leaves this
 * stack out and gives payments a function of the same name that talks to its provider.
 */
export class SandboxStack extends Stack {
  readonly #backbone: Backbone

  constructor(scope: Construct, id: string, { backbone, ...props }: SandboxStackProps) {
    super(scope, id, props)
    this.#backbone = backbone
    const books = this.#books()
    const answers = this.#answers()
    this.#function('Provider', { name: 'provider', timeout: 10_000, environment: { SANDBOX_ANSWERS: answers.url } }, [
      allow('KeepBooks', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], books.attrArn),
      allow('AnswerLater', ['sqs:SendMessage'], answers.arn),
    ])
    const tellShop = this.#function('TellShop', { name: 'tell-shop', timeout: TELLING * 1000 }, [
      allow('ReadBooks', ['dynamodb:GetItem'], books.attrArn),
      allow('TakeAnswers', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], answers.arn),
      allow('TellWebhook', ['execute-api:Invoke'], webhooks(this)),
    ])
    Validations.of(tellShop).acknowledge(webhookOfAnyApi)
    new CfnEventSourceMapping(this, 'Mapping', {
      eventSourceArn: answers.arn,
      functionName: tellShop.resource.ref,
      batchSize: 1,
    })
  }

  #books(): CfnTable {
    const { app, mode } = this.#backbone
    const books = new CfnTable(this, 'Books', {
      tableName: sandboxTableName(app),
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
    return books
  }

  /** Answers on their way to the shop's webhook. */
  #answers(): Queue {
    const { app, mode, alarms } = this.#backbone
    const untold = new Queue(this, 'Untold', { name: `${app}-sandbox-untold`, mode })
    alarms.ofDeadLetters(untold, untold.name)
    return new Queue(this, 'Answers', {
      name: `${app}-sandbox-answers`,
      mode,
      visibilityTimeout: TELLING,
      deadLetters: { arn: untold.arn, maxReceiveCount: MOST_TELLINGS },
    })
  }

  #function(
    id: string,
    made: {
      readonly name: string
      readonly timeout: number
      readonly environment?: Readonly<Record<string, string>>
    },
    may: readonly Statement[],
  ): HandlerFunction {
    const { app, mode, alarms } = this.#backbone
    return new HandlerFunction(this, id, {
      name: `${app}-sandbox-${made.name}`,
      file: fileURLToPath(new URL(`../../functions/sandbox/${made.name}.ts`, import.meta.url)),
      mode,
      alarms,
      may: () => may,
      environment: () => ({ SANDBOX_TABLE: sandboxTableName(app), ...made.environment }),
      memory: 256,
      timeout: made.timeout,
    })
  }
}

const webhooks = (stack: Stack): string =>
  stack.formatArn({ service: 'execute-api', resource: '*', resourceName: '*/POST/payments/answers' })

const webhookOfAnyApi = {
  id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:*/*/POST/payments/answers]',
  reason: 'The API is made when every service is there, so its id is not known here; method and path are',
}
