import type { CreatedResource, Properties, ResourceContext, ResourceType } from '../../../service.ts'
import { type CallEvents, jsonText, numeric, orUndo, present } from './call.ts'
import { retag } from './event-bus.ts'

type Target = Readonly<Record<string, unknown>> & { readonly Id: string }

export const ruleResource = (call: CallEvents): ResourceType => ({
  properties: [
    ...['Name', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Description', 'RoleArn'],
    ...['Targets', 'Tags'],
  ],

  async create(properties, resource) {
    const created = await putRule(call, nameOf(properties, resource), properties)
    const { Rule: Name, EventBusName } = address(created.ref)
    await orUndo(putTargets(call, created.ref, properties), () => call('DeleteRule', { Name, EventBusName }))
    return created
  },

  async update(physicalId, properties, previous) {
    if (properties.Name !== previous.Name || properties.EventBusName !== previous.EventBusName) return undefined
    const created = await putRule(call, ruleNameOf(physicalId), properties)
    const kept = targetsOf(properties).map(({ Id }) => Id)
    const gone = targetsOf(previous).filter(({ Id }) => !kept.includes(Id))
    if (gone.length > 0) await call('RemoveTargets', { ...address(physicalId), Ids: gone.map(({ Id }) => Id) })
    await putTargets(call, physicalId, properties)
    await retag(call, String(created.attributes.Arn), properties, previous)
    return created
  },

  async delete(physicalId, properties) {
    const Ids = targetsOf(properties).map(({ Id }) => Id)
    if (Ids.length > 0) await call('RemoveTargets', { ...address(physicalId), Ids })
    const { Rule, EventBusName } = address(physicalId)
    await call('DeleteRule', { Name: Rule, EventBusName })
  },
})

const nameOf = ({ Name }: Properties, resource: ResourceContext): string => String(Name ?? resource.physicalName(64))

/** The physical id names a rule of a custom bus as `bus|rule`. */
const physicalId = (bus: string, rule: string): string => (bus === 'default' ? rule : `${bus}|${rule}`)
const ruleNameOf = (id: string): string => id.split('|').at(-1) ?? id
const address = (id: string) => ({
  Rule: ruleNameOf(id),
  EventBusName: id.includes('|') ? (id.split('|')[0] ?? 'default') : 'default',
})

const busNameOf = ({ EventBusName }: Properties): string => {
  const bus = String(EventBusName ?? 'default')
  return bus.split(':event-bus/').at(-1) ?? bus
}

async function putRule(call: CallEvents, name: string, properties: Properties): Promise<CreatedResource> {
  const bus = busNameOf(properties)
  const { RuleArn } = await call<{ RuleArn: string }>(
    'PutRule',
    present({
      Name: name,
      EventBusName: bus,
      EventPattern: jsonText(properties.EventPattern),
      ScheduleExpression: properties.ScheduleExpression,
      State: properties.State,
      Description: properties.Description,
      RoleArn: properties.RoleArn,
      Tags: properties.Tags,
    }),
  )
  return { ref: physicalId(bus, name), attributes: { Arn: RuleArn } }
}

const targetsOf = ({ Targets }: Properties): readonly Target[] => (Targets as readonly Target[] | undefined) ?? []

async function putTargets(call: CallEvents, id: string, properties: Properties): Promise<void> {
  const Targets = targetsOf(properties).map(withNumbers)
  if (Targets.length > 0) await call('PutTargets', { ...address(id), Targets })
}

/** Templates give numbers as text too. */
function withNumbers(target: Target): object {
  const retry = target.RetryPolicy as Readonly<Record<string, unknown>> | undefined
  if (!retry) return target
  return {
    ...target,
    RetryPolicy: present({
      MaximumRetryAttempts: numeric(retry.MaximumRetryAttempts),
      MaximumEventAgeInSeconds: numeric(retry.MaximumEventAgeInSeconds),
    }),
  }
}
