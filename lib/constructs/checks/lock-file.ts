import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { CfnResource, Stack } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'
import type { System } from '../system.ts'

/**
 * What must not change without being meant: consumers' ids (marks and queues hang on them), and the logical ids of resources that
 * hold data (a new logical id is a new, empty resource).
 */
export interface Lock {
  readonly consumers: readonly string[]
  /** Stack, without the deployment's prefix -> logical id -> resource type. */
  readonly stateful: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const STATEFUL = [
  'AWS::DynamoDB::Table',
  'AWS::SQS::Queue',
  'AWS::SNS::Topic',
  'AWS::Events::EventBus',
  'AWS::Events::Archive',
  'AWS::KMS::Key',
  // With it goes every message that waits in one of its schedules.
  'AWS::Scheduler::ScheduleGroup',
  'AWS::S3::Bucket',
]

const empty: Lock = { consumers: [], stateful: {} }

export function lockOf(app: IConstruct, system: System): Lock {
  const resources = app.node
    .findAll()
    .filter((construct) => CfnResource.isCfnResource(construct))
    .filter((resource) => STATEFUL.includes(resource.cfnResourceType))
  const stacks = Map.groupBy(resources, (resource) => withoutPrefix(Stack.of(resource).stackName, system.app))
  return {
    consumers: system.consumers.map((consumer) => placeOfMarks(consumer)).sort(),
    stateful: sorted([...stacks].map(([name, members]) => [name, typesOf(members)])),
  }
}

/** Where a consumer's marks are belongs to it: elsewhere it would not find them. */
const placeOfMarks = ({ id, marksIn }: { readonly id: string; readonly marksIn?: string }): string =>
  marksIn === undefined ? id : `${id} with marks in ${marksIn}`

/** What the lock file records and the app no longer has, and the way to say that it is meant. */
export function lockProblems(file: string, current: Lock): readonly string[] {
  const recorded = readLock(file)
  const consumers = recorded.consumers.filter((id) => !current.consumers.includes(id))
  const resources = Object.entries(recorded.stateful).flatMap(([stack, types]) =>
    Object.entries(types)
      .filter(([logicalId]) => !(logicalId in (current.stateful[stack] ?? {})))
      .map(([logicalId, type]) => `${type} ${logicalId} of stack ${stack}`),
  )
  const problems = [
    ...consumers.map(
      (id) => `consumer '${id}' is gone or has another id: its marks and waiting messages would be left behind`,
    ),
    ...resources.map((what) => `${what} would be replaced by an empty one, or left behind`),
  ]
  const way = `if what is named here may go with its data, delete its lines from ${basename(file)}`
  return problems.length > 0 ? [...problems, way] : []
}

/** Whether the app has something that the file does not record yet. */
export const isOutdated = (file: string, current: Lock): boolean => text(readLock(file)) !== text(current)

export const writeLock = (file: string, current: Lock): void => writeFileSync(file, text(current))

function readLock(file: string): Lock {
  if (!existsSync(file)) return empty
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Partial<Lock>
  return { consumers: lock.consumers ?? [], stateful: lock.stateful ?? {} }
}

const withoutPrefix = (stack: string, app: string): string =>
  stack.startsWith(`${app}-`) ? stack.slice(app.length + 1) : stack

const text = (lock: Lock): string => `${JSON.stringify(lock, null, 2)}\n`

const typesOf = (resources: readonly CfnResource[]): Readonly<Record<string, string>> =>
  sorted(resources.map((resource) => [Stack.of(resource).getLogicalId(resource), resource.cfnResourceType]))

const sorted = <T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
