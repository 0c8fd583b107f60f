import type {
  CreateActivityCommandInput,
  CreateActivityCommandOutput,
  DeleteActivityCommandInput,
  DescribeActivityCommandInput,
  DescribeActivityCommandOutput,
  GetActivityTaskCommandInput,
  GetActivityTaskCommandOutput,
  ListActivitiesCommandInput,
  ListActivitiesCommandOutput,
} from '@aws-sdk/client-sfn'
import { type Action, action, type Call } from '../../../service.ts'
import type { Activity } from '../model/activities.ts'
import { atMost, satisfies } from '../model/constraints.ts'
import { checkArn, checkName } from '../model/names.ts'
import { page } from '../model/pages.ts'
import { on, onAnything, type StatesParts } from '../parts.ts'
import { checkEncryption } from './encryption.ts'

export const activityActions = ({ activities }: StatesParts): Readonly<Record<string, Action>> => ({
  CreateActivity: action<CreateActivityCommandInput, CreateActivityCommandOutput>({
    accepts: ['name', 'tags'],
    noEffect: ['encryptionConfiguration'],
    access: ({ name = '' }) => [{ action: 'states:CreateActivity', resource: activities.arnOf(name) }],
    run({ name, tags = [], encryptionConfiguration }) {
      checkEncryption(encryptionConfiguration)
      const given = new Map(tags.map(({ key = '', value = '' }) => [key, value] as const))
      const { arn, created } = activities.create(checkName(name), given)
      return { activityArn: arn, creationDate: new Date(created) }
    },
  }),

  DescribeActivity: action<DescribeActivityCommandInput, DescribeActivityCommandOutput>({
    accepts: ['activityArn'],
    access: on('DescribeActivity', 'activityArn'),
    run: ({ activityArn }) => shape(activities.get(checkArn(activityArn, 'activity'))),
  }),

  ListActivities: action<ListActivitiesCommandInput, ListActivitiesCommandOutput>({
    accepts: ['maxResults', 'nextToken'],
    access: onAnything('ListActivities'),
    run(input) {
      const { items, ...rest } = page(activities.list(), input)
      return { activities: items.map(shape), ...rest }
    },
  }),

  // Recorded: deleting one that is not there succeeds.
  DeleteActivity: action<DeleteActivityCommandInput, object>({
    accepts: ['activityArn'],
    access: on('DeleteActivity', 'activityArn'),
    run({ activityArn }) {
      activities.delete(checkArn(activityArn, 'activity'))
      return {}
    },
  }),

  GetActivityTask: action<GetActivityTaskCommandInput, GetActivityTaskCommandOutput>({
    accepts: ['activityArn', 'workerName'],
    access: on('GetActivityTask', 'activityArn'),
    run({ activityArn, workerName }, call) {
      satisfies(atMost('workerName', workerName, 80))
      return taskFor(activities.get(checkArn(activityArn, 'activity')), workerName, call)
    },
  }),
})

/** No token tells that there was no task for a minute. */
async function taskFor(
  { queue }: Activity,
  workerName: string | undefined,
  call: Call,
): Promise<Omit<GetActivityTaskCommandOutput, '$metadata'>> {
  const found = queue.take(call.signal)
  const task = found instanceof Promise ? await call.whileWaiting(found) : found
  if (!task) return {}
  task.taken(workerName)
  return { taskToken: task.token, input: task.input }
}

const shape = ({ arn, name, created }: Activity) => ({ activityArn: arn, name, creationDate: new Date(created) })
