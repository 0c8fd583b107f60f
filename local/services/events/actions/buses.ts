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
import { atMost, invalid, named, satisfies } from '../constraints.ts'
import type { EventsState } from '../model.ts'
import { page } from '../pages.ts'

/** What encrypts a bus has no effect on what goes over it. */
const noEffect = ['KmsKeyIdentifier'] as const

export const busActions = ({ buses }: EventsState): Record<string, Action> => ({
  CreateEventBus: action<CreateEventBusCommandInput, CreateEventBusCommandOutput>({
    accepts: ['Name', 'Description', 'Tags'],
    noEffect,
    access: ({ Name }) => [{ action: 'events:CreateEventBus', resource: buses.busArn(Name) }],
    run: ({ Name = '', Description, Tags }) => {
      satisfies(...named('name', Name || undefined, 256), atMost('description', Description, 512))
      const bus = buses.create(Name, Description, tagMap(Tags))
      return { EventBusArn: bus.arn, ...described(bus) }
    },
  }),
  UpdateEventBus: action<UpdateEventBusCommandInput, UpdateEventBusCommandOutput>({
    accepts: ['Name', 'Description'],
    noEffect,
    access: ({ Name }) => [{ action: 'events:UpdateEventBus', resource: buses.busArn(Name) }],
    run: ({ Name, Description }) => {
      satisfies(atMost('description', Description, 512))
      const bus = buses.get(Name)
      bus.description = Description
      bus.modified = buses.now()
      return { Arn: bus.arn, Name: bus.name, ...described(bus) }
    },
  }),
  DeleteEventBus: action<DeleteEventBusCommandInput, DeleteEventBusCommandOutput>({
    accepts: ['Name'],
    access: ({ Name }) => [{ action: 'events:DeleteEventBus', resource: buses.busArn(Name) }],
    run: ({ Name }) => {
      satisfies(...named('name', Name, 256))
      buses.delete(Name ?? '')
      return {}
    },
  }),
  DescribeEventBus: action<DescribeEventBusCommandInput, DescribeEventBusCommandOutput>({
    accepts: ['Name'],
    access: ({ Name }) => [{ action: 'events:DescribeEventBus', resource: buses.busArn(Name) }],
    run: ({ Name }) => listed(buses.get(Name)),
  }),
  ListEventBuses: action<ListEventBusesCommandInput, ListEventBusesCommandOutput>({
    accepts: ['NamePrefix', 'NextToken', 'Limit'],
    access: () => [{ action: 'events:ListEventBuses', resource: '*' }],
    run: (input) => {
      if (input.NamePrefix === '') throw invalid('NamePrefix must not be empty.')
      const all = buses.all().filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
      const { items, ...rest } = page(all, input)
      return { EventBuses: items.map(listed), ...rest }
    },
  }),
})

const described = ({ description }: Bus) => (description === undefined ? {} : { Description: description })

const listed = (bus: Bus) => ({
  Name: bus.name,
  Arn: bus.arn,
  CreationTime: bus.created,
  LastModifiedTime: bus.modified,
  ...described(bus),
  ...(bus.policy.length === 0 ? {} : { Policy: JSON.stringify({ Version: '2012-10-17', Statement: bus.policy }) }),
})
