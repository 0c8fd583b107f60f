import type { Construct } from 'constructs'
import {
  type ConsumerDeclaration,
  type EndpointDeclaration,
  type ResponderDeclaration,
  type ScheduleTarget,
  type StepHandlerDeclaration,
  tableAccessOf,
} from '../../messaging/index.ts'
import type { TableAccess } from '../../messaging/permissions.ts'
import { scheduleArns } from './arns.ts'
import { usedStatements } from './outside.ts'
import { allow, type Statement } from './policy.ts'
import type { Queue } from './queue.ts'

const HIDE = ['sqs:ChangeMessageVisibility']

/** Exactly what the declaration says: its own queue, its own rows, its stores. It can publish nothing: the relay does. */
export function consumerStatements(
  scope: Construct,
  consumer: {
    readonly app: string
    readonly declaration: ConsumerDeclaration
    readonly tableArn: string
    readonly queues: readonly Queue[]
    /** None with best effort: then no message is hidden either. */
    readonly deadLetters: readonly Queue[]
    /** Of the service's breaker keeper, where its breaker pauses it. */
    readonly breakerQueueArn?: string
  },
): readonly Statement[] {
  const { app, declaration, tableArn, queues, deadLetters, breakerQueueArn } = consumer
  return [
    allow(
      'TakeMessages',
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', ...(deadLetters.length > 0 ? HIDE : []), 'sqs:GetQueueAttributes'],
      arnsOf(queues),
    ),
    ...(deadLetters.length > 0 ? [allow('DeadLetter', ['sqs:SendMessage'], arnsOf(deadLetters))] : []),
    ...(breakerQueueArn === undefined ? [] : [allow('AskToPause', ['sqs:SendMessage'], breakerQueueArn)]),
    ...tableStatements(tableArn, tableAccessOf(declaration)),
    ...usedStatements(scope, app, declaration.uses),
  ]
}

const arnsOf = (queues: readonly Queue[]): string | string[] | undefined =>
  queues.length === 1 ? queues[0]?.arn : queues.map(({ arn }) => arn)

/** Takes requests, reads its stores, and puts replies. */
export function responderStatements(
  scope: Construct,
  responder: {
    readonly app: string
    readonly declaration: ResponderDeclaration
    readonly tableArn: string
    readonly queue: Queue
    readonly deadLetters: Queue
  },
): readonly Statement[] {
  const { app, declaration, tableArn, queue, deadLetters } = responder
  return [
    allow('TakeRequests', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queue.arn),
    allow('DeadLetter', ['sqs:SendMessage'], deadLetters.arn),
    ...tableStatements(tableArn, tableAccessOf(declaration)),
    ...usedStatements(scope, app, declaration.uses),
  ]
}

/** Reads its stores, and sends to the queues of the commands' owners. */
export function endpointStatements(
  scope: Construct,
  endpoint: {
    readonly app: string
    readonly declaration: EndpointDeclaration
    readonly tableArn: string
    readonly commandQueueArns: readonly string[]
  },
): readonly Statement[] {
  const { app, declaration, tableArn, commandQueueArns } = endpoint
  return [
    ...(commandQueueArns.length > 0 ? [allow('SendCommands', ['sqs:SendMessage'], commandQueueArns)] : []),
    ...tableStatements(tableArn, tableAccessOf(declaration)),
    ...usedStatements(scope, app, declaration.uses),
  ]
}

/** As a consumer's, without a queue: Step Functions calls it. */
export function stepStatements(
  scope: Construct,
  step: { readonly app: string; readonly declaration: StepHandlerDeclaration; readonly tableArn: string },
): readonly Statement[] {
  const { app, declaration, tableArn } = step
  return [...tableStatements(tableArn, tableAccessOf(declaration)), ...usedStatements(scope, app, declaration.uses)]
}

/** Makes schedules for the commands that it may send, each with the one role that reaches that command's queue. */
export function scheduleStatements(
  scope: Construct,
  targets: readonly ScheduleTarget[],
  cancels: boolean,
): readonly Statement[] {
  if (targets.length === 0) return []
  const groups = [...new Set(targets.map(({ group }) => scheduleArns(scope, group)))]
  const roles = [...new Set(targets.map((target) => target.roleArn))]
  const actions = ['scheduler:CreateSchedule', ...(cancels ? ['scheduler:DeleteSchedule'] : [])]
  return [
    allow('Schedule', actions, groups),
    allow('LetSchedulerDeliver', ['iam:PassRole'], roles, {
      StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
    }),
  ]
}

/** A statement for each different list of actions, bound to the items by the beginning of their keys. */
export function tableStatements(tableArn: string, accesses: readonly TableAccess[]): readonly Statement[] {
  const alike = Map.groupBy(accesses, ({ actions, within }) => `${actions.join()} ${within}`)
  return [...alike.values()].map(([first, ...others], index) => {
    const { actions, keys, within } = first as TableAccess
    const leadingKeys = [...new Set([...keys, ...others.flatMap((other) => other.keys)])]
    return allow(`Items${index}`, actions, tableArn, {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': leadingKeys },
      ...(within && { StringEquals: { 'dynamodb:EnclosingOperation': within } }),
    })
  })
}
