import type { App } from 'aws-cdk-lib'
import { beforeAll, describe, expect, it } from 'vitest'
import { exampleApp } from './example/app.ts'
import { plain, resourcesOf, statementsOf } from './example/resources.ts'

let app: App
beforeAll(() => {
  app = exampleApp()
})

/** A role's statements, one line each: actions on resources, and the conditions' values. */
const may = (functionName: string): readonly string[] =>
  statementsOf(app, functionName).map(({ Action, Resource, Condition }) => {
    const actions = [Action].flat().join(' ')
    const values = Object.values(Condition ?? {}).flatMap((keys) => Object.values(keys))
    return [`${actions} on ${plain(Resource)}`, ...values.map((value) => [value].flat().join(' '))].join(' if ')
  })

describe('a role may do exactly what is declared', () => {
  it('as a consumer: its queue, its dead letters, its own rows, the items of its store', () => {
    expect(may('ex-shipping-ship-order')).toEqual([
      expect.stringMatching(/^logs:CreateLogStream logs:PutLogEvents on ServiceshiporderHandlerLogs\w+\.Arn$/),
      expect.stringMatching(
        /^sqs:ReceiveMessage sqs:DeleteMessage sqs:ChangeMessageVisibility sqs:GetQueueAttributes on ServiceshiporderQueue\w+\.Arn$/,
      ),
      expect.stringMatching(/^sqs:SendMessage on ServiceshiporderDeadLettersQueue\w+\.Arn$/),
      expect.stringMatching(
        /^dynamodb:GetItem dynamodb:PutItem on ServiceDataTable\w+\.Arn if mark#shipping\.ship-order#\*$/,
      ),
      expect.stringMatching(
        /^dynamodb:PutItem dynamodb:DeleteItem dynamodb:UpdateItem on ServiceDataTable\w+\.Arn if park#shipping\.ship-order#\* if TransactWriteItems$/,
      ),
      expect.stringMatching(
        /^dynamodb:GetItem dynamodb:BatchGetItem dynamodb:Query dynamodb:PutItem dynamodb:DeleteItem dynamodb:ConditionCheckItem on ServiceDataTable\w+\.Arn if seen#\*$/,
      ),
      expect.stringMatching(/^dynamodb:UpdateItem on ServiceDataTable\w+\.Arn if tries#shipping\.ship-order#\*$/),
      expect.stringMatching(/^dynamodb:Query on ServiceDataTable\w+\.Arn if park#shipping\.ship-order#\*$/),
    ])
  })

  it('as a worker with an aggregate: add to its events, and delete none', () => {
    expect(may('ex-orders-place-order')).toContainEqual(
      expect.stringMatching(
        /^dynamodb:Query dynamodb:PutItem dynamodb:ConditionCheckItem on ServiceDataTable\w+\.Arn if order#\*$/,
      ),
    )
  })

  it('as an endpoint: send the commands it declares, to their owner', () => {
    expect(may('ex-orders-place-order-api').slice(1)).toEqual([
      'sqs:SendMessage on arn:Partition:sqs:Region:AccountId:ex-orders-place-order',
    ])
  })

  it('as a relay: ship the declared types of its service', () => {
    const relay = may('ex-orders-relay')
    expect(relay).toContain(
      'events:PutEvents on arn:Partition:events:Region:AccountId:event-bus/ex if orders if orders.OrderChanged orders.OrderPlaced orders.OrderSeen',
    )
    expect(relay).toContain('sns:Publish on arn:Partition:sns:Region:AccountId:ex-orders-OrderChanged.fifo')
    expect(relay).toContain('sqs:SendMessage on arn:Partition:sqs:Region:AccountId:ex-shipping-notify-customer')
  })

  it('and call what it uses outside, by name', () => {
    expect(may('ex-shipping-notify-customer')).toContain(
      'lambda:InvokeFunction on arn:Partition:lambda:Region:AccountId:function:ex-mailer',
    )
  })

  it('is the function’s own, with no managed policy and no wildcard but where AWS knows no resource', () => {
    const roles = resourcesOf(app, 'AWS::IAM::Role')
    const functions = resourcesOf(app, 'AWS::Lambda::Function')
    expect(roles).toHaveLength(functions.length)
    for (const { Properties } of roles) {
      expect(Properties.ManagedPolicyArns).toBeUndefined()
      for (const { Action, Resource } of Properties.Policies[0].PolicyDocument.Statement) {
        expect([Action].flat().join()).not.toContain('*')
        if (Resource === '*') expect(Action).toEqual(['dynamodb:ListStreams'])
      }
    }
  })

  it('publishes and sends nothing by itself where it consumes', () => {
    for (const name of [
      'ex-orders-place-order',
      'ex-shipping-ship-order',
      'ex-shipping-follow-order',
      'ex-journal-record-event',
    ]) {
      expect(may(name).filter((line) => /events:PutEvents|sns:Publish/.test(line))).toEqual([])
      expect(may(name).filter((line) => line.startsWith('sqs:SendMessage'))).toEqual([
        expect.stringContaining('DeadLettersQueue'),
      ])
    }
  })
})
