import type {
  CreateEventBusCommandInput,
  CreateEventBusCommandOutput,
  DeleteEventBusCommandInput,
  DeleteEventBusCommandOutput,
  DescribeEventBusCommandInput,
  DescribeEventBusCommandOutput,
  ListEventBusesCommandInput,
  ListEventBusesCommandOutput,
  UpdateEventBusCommandInput,
  UpdateEventBusCommandOutput,
} from '@aws-sdk/client-eventbridge'
import { type Action, action } from '../../../service.ts'
import { tagMap } from '../../tags.ts'
import type { Bus } from '../bus.ts'
import { atMost, busNamed, invalid, requiredText, satisfies, text } from '../constraints.ts'
import { checkDeadLetters } from '../dead-letter-validation.ts'
import type { EventsState } from '../model.ts'
import { page } from '../pages.ts'

/** What encrypts a bus has no effect on what goes over it. */
const noEffect = ['KmsKeyIdentifier'] as const
const NAME = { most: 256, pattern: '[/\\.\\-_A-Za-z0-9]+' }

export const busActions = ({ buses }: EventsState): Record<string, Action> => ({
  CreateEventBus: action<CreateEventBusCommandInput, CreateEventBusCommandOutput>({
    accepts: ['Name', 'Description', 'DeadLetterConfig', 'Tags'],
    noEffect,
    access: ({ Name }) => [{ action: 'events:CreateEventBus', resource: buses.busArn(Name) }],
    run: ({ Name = '', Description, DeadLetterConfig, Tags }) => {
      satisfies(
        ...requiredText('name', Name || undefined, NAME),
        atMost('description', Description, 512),
        ...text('deadLetterConfig.arn', DeadLetterConfig?.Arn, { most: 1600 }),
      )
      if (Name.includes('/')) throw invalid("Event bus name must not contain '/'.")
      checkDeadLetters(DeadLetterConfig)
      const bus = buses.create(Name, { description: Description, letters: DeadLetterConfig?.Arn, tags: tagMap(Tags) })
      return { EventBusArn: bus.arn, ...described(bus) }
    },
  }),
  UpdateEventBus: action<UpdateEventBusCommandInput, UpdateEventBusCommandOutput>({
    accepts: ['Name', 'Description', 'DeadLetterConfig'],
    noEffect,
    access: ({ Name }) => [{ action: 'events:UpdateEventBus', resource: buses.busArn(Name) }],
    run: ({ Name, Description, DeadLetterConfig }) => {
      satisfies(...text('name', Name, NAME), atMost('description', Description, 512))
      checkDeadLetters(DeadLetterConfig)
      const bus = buses.get(Name)
      bus.description = Description
      bus.letters = DeadLetterConfig?.Arn
      bus.modified = buses.now()
      return { Arn: bus.arn, Name: bus.name, ...described(bus) }
    },
  }),
  DeleteEventBus: action<DeleteEventBusCommandInput, DeleteEventBusCommandOutput>({
    accepts: ['Name'],
    access: ({ Name }) => [{ action: 'events:DeleteEventBus', resource: buses.busArn(Name) }],
    run: ({ Name }) => {
      satisfies(...requiredText('name', Name, NAME))
      buses.delete(Name ?? '')
      return {}
    },
  }),
  DescribeEventBus: action<DescribeEventBusCommandInput, DescribeEventBusCommandOutput>({
    accepts: ['Name'],
    access: ({ Name }) => [{ action: 'events:DescribeEventBus', resource: buses.busArn(Name) }],
    run: ({ Name }) => {
      satisfies(...busNamed(Name, 'name'))
      const bus = buses.get(Name)
      return { ...listed(bus), ...described(bus) }
    },
  }),
  ListEventBuses: action<ListEventBusesCommandInput, ListEventBusesCommandOutput>({
    accepts: ['NamePrefix', 'NextToken', 'Limit'],
    access: () => [{ action: 'events:ListEventBuses', resource: '*' }],
    run: (input) => {
      satisfies(...text('namePrefix', input.NamePrefix, NAME))
      const all = buses.all().filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
      const { items, ...rest } = page(all, input)
      return { EventBuses: items.map(listed), ...rest }
    },
  }),
})

const described = ({ description, letters }: Bus) => ({
  ...(description === undefined ? {} : { Description: description }),
  ...(letters === undefined ? {} : { DeadLetterConfig: { Arn: letters } }),
})

const listed = (bus: Bus) => ({
  Name: bus.name,
  Arn: bus.arn,
  CreationTime: bus.created,
  LastModifiedTime: bus.modified,
  ...(bus.description === undefined ? {} : { Description: bus.description }),
  ...(bus.policy.length === 0 ? {} : { Policy: JSON.stringify({ Version: '2012-10-17', Statement: bus.policy }) }),
})
