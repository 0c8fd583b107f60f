import {
  ActionAfterCompletion,
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  FlexibleTimeWindowMode,
  ResourceNotFoundException,
  SchedulerClient,
} from '@aws-sdk/client-scheduler'
import type { Envelope } from '../../envelope.ts'
import type { ScheduleTarget } from '../../environment.ts'
import { isFifo } from '../../names.ts'
import { digest, groupIdOf } from '../ids.ts'
import { callObstacle, type Obstacle } from '../obstacle.ts'
import type { CarrierTo } from './letter.ts'

/** A day, and as often as Scheduler can: then the message goes to the dead-letter queue. */
const RETRIES = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } as const

/** To EventBridge Scheduler, which hands the message to the queue at its time and forgets the schedule. */
export function carrierToScheduler(client = new SchedulerClient({})): CarrierTo {
  return (group, target) => (letters) =>
    Promise.all(
      letters.map(({ envelope, outgoing }) =>
        handedOver(() => createSchedule(client, assertTarget(group, target), { envelope, body: outgoing.body })),
      ),
    )
}

/** Takes schedules back. One that is gone has been handed over: its timer's item says that it was cancelled. */
export function carrierFromScheduler(client = new SchedulerClient({})): CarrierTo {
  return (GroupName) => (letters) =>
    Promise.all(
      letters.map(({ envelope: { id } }) =>
        handedOver(() => client.send(new DeleteScheduleCommand({ GroupName, Name: scheduleName(id) }))),
      ),
    )
}

function assertTarget(group: string, target: ScheduleTarget | undefined): ScheduleTarget {
  if (!target) throw new Error(`nothing is known of the target of schedules in group '${group}'`)
  return target
}

/** Made of the message's id: made again it is refused as there, and the message, or each retry of it, has one schedule. */
const scheduleName = (id: string, retryof?: string): string =>
  retryof === undefined ? digest('schedule', id) : digest('schedule', id, retryof)

/** A message that waits. `body` is the envelope's JSON. */
export interface Held {
  readonly envelope: Envelope
  readonly body: string
}

/** @throws whatever Scheduler answers, also that it has this schedule already */
export async function createSchedule(client: SchedulerClient, target: ScheduleTarget, held: Held): Promise<void> {
  const { envelope, body } = held
  const { retryat, notbefore, time } = envelope
  const name = scheduleName(envelope.id, envelope.retryof)
  await client.send(
    new CreateScheduleCommand({
      Name: name,
      GroupName: target.group,
      ClientToken: name,
      ScheduleExpression: `at(${toTheSecond(retryat ?? notbefore ?? time)})`,
      FlexibleTimeWindow: { Mode: FlexibleTimeWindowMode.OFF },
      ActionAfterCompletion: ActionAfterCompletion.DELETE,
      Target: {
        Arn: target.queueArn,
        RoleArn: target.roleArn,
        Input: verbatim(body),
        RetryPolicy: RETRIES,
        DeadLetterConfig: { Arn: target.deadLetterArn },
        // The queue makes the deduplication id of the body, which holds the message's own.
        ...(isFifo(target.queueArn) && { SqsParameters: { MessageGroupId: groupIdOf(envelope.partitionkey) } }),
      },
    }),
  )
}

/** Scheduler puts values in place of its keywords: in a message they are text like any other. */
const verbatim = (body: string): string => body.replaceAll('<aws.scheduler.', '\\u003caws.scheduler.')

/** In UTC, without a zone, and never before the time. */
const toTheSecond = (time: string): string =>
  new Date(Math.ceil(Date.parse(time) / 1000) * 1000).toISOString().slice(0, 19)

async function handedOver(call: () => Promise<unknown>): Promise<Obstacle | undefined> {
  try {
    await call()
    return undefined
  } catch (error) {
    return isDone(error) ? undefined : callObstacle(error)
  }
}

/** Made before, or gone before: there is nothing left to do. */
export const isDone = (error: unknown): boolean =>
  error instanceof ConflictException || (error instanceof ResourceNotFoundException && !isGroup(error))

/** A missing group is a fault in the deployment, not a schedule that went off. */
const isGroup = ({ message }: Error): boolean => /schedule group/i.test(message)
