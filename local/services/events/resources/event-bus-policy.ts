import type { PolicyStatement, Properties, ResourceType } from '../../../service.ts'
import type { CallEvents } from './call.ts'

/** One statement of a bus's policy. */
export const eventBusPolicyResource = (call: CallEvents): ResourceType => {
  const put = async (properties: Properties): Promise<{ ref: string; attributes: Record<string, unknown> }> => {
    const bus = busOf(properties)
    const sid = String(properties.StatementId)
    const { Policy } = await call<{ Policy?: string }>('DescribeEventBus', { Name: bus })
    const statements = Policy ? (JSON.parse(Policy) as { Statement: PolicyStatement[] }).Statement : []
    const Statement = [...statements.filter(({ Sid }) => Sid !== sid), { ...statementOf(properties), Sid: sid }]
    await call('PutPermission', {
      EventBusName: bus,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
    })
    return { ref: `${bus}|${sid}`, attributes: {} }
  }
  const busArn = async (bus: string) => (await call<{ Arn: string }>('DescribeEventBus', { Name: bus })).Arn
  const full = async (properties: Properties): Promise<Properties> =>
    properties.Statement === undefined
      ? { ...properties, Statement: await shortForm(properties, await busArn(busOf(properties))) }
      : properties
  return {
    properties: ['EventBusName', 'StatementId', 'Statement', 'Action', 'Principal', 'Condition'],
    create: async (properties) => put(await full(properties)),
    async update(_physicalId, properties, previous) {
      if (properties.EventBusName !== previous.EventBusName || properties.StatementId !== previous.StatementId)
        return undefined
      return put(await full(properties))
    },
    async delete(_physicalId, properties) {
      await call('RemovePermission', { EventBusName: busOf(properties), StatementId: properties.StatementId })
    },
  }
}

const busOf = ({ EventBusName }: Properties): string => String(EventBusName ?? 'default')

const statementOf = ({ Statement }: Properties): PolicyStatement =>
  (typeof Statement === 'string' ? JSON.parse(Statement) : Statement) as PolicyStatement

/** Action, principal and condition as PutPermission takes them, made a statement. */
function shortForm({ Action, Principal, Condition }: Properties, resource: string): PolicyStatement {
  const account = String(Principal)
  const { Type, Key, Value } = (Condition ?? {}) as Readonly<Record<string, string>>
  return {
    Effect: 'Allow',
    Principal: account === '*' ? '*' : { AWS: `arn:aws:iam::${account}:root` },
    Action: String(Action),
    Resource: resource,
    ...(Type && Key && Value ? { Condition: { [Type]: { [Key]: Value } } } : {}),
  }
}
