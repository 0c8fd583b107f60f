import type {
  PutPermissionCommandInput,
  PutPermissionCommandOutput,
  RemovePermissionCommandInput,
  RemovePermissionCommandOutput,
} from '@aws-sdk/client-eventbridge'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type PolicyDocument, type PolicyStatement } from '../../../service.ts'
import type { Bus } from '../bus.ts'
import { invalid, satisfies, text, type Violation } from '../constraints.ts'
import { statementNotFound } from '../errors.ts'
import type { EventsState } from '../model.ts'

export const permissionActions = ({ buses }: EventsState): Record<string, Action> => ({
  PutPermission: action<PutPermissionCommandInput, PutPermissionCommandOutput>({
    accepts: ['EventBusName', 'Action', 'Principal', 'StatementId', 'Condition', 'Policy'],
    access: ({ EventBusName }) => [{ action: 'events:PutPermission', resource: buses.busArn(EventBusName) }],
    run: (input) => {
      satisfies(...busName(input.EventBusName), ...shortForm(input))
      const bus = buses.get(input.EventBusName)
      if (input.Policy === undefined) {
        const statement = statementOf(bus, input)
        bus.policy = [...bus.policy.filter(({ Sid }) => Sid !== statement.Sid), statement]
      } else bus.policy = statementsOf(input.Policy)
      return {}
    },
  }),
  RemovePermission: action<RemovePermissionCommandInput, RemovePermissionCommandOutput>({
    accepts: ['EventBusName', 'StatementId', 'RemoveAllPermissions'],
    access: ({ EventBusName }) => [{ action: 'events:RemovePermission', resource: buses.busArn(EventBusName) }],
    run: ({ EventBusName, StatementId, RemoveAllPermissions }) => {
      satisfies(...text('statementId', StatementId, STATEMENT), ...busName(EventBusName))
      const bus = buses.get(EventBusName)
      if (!RemoveAllPermissions && !bus.policy.some(({ Sid }) => Sid === StatementId)) throw statementNotFound()
      bus.policy = RemoveAllPermissions ? [] : bus.policy.filter(({ Sid }) => Sid !== StatementId)
      return {}
    },
  }),
})

const STATEMENT = { most: 64, pattern: '[a-zA-Z0-9-_]+' }

/** Permissions are put on a bus by its name alone. */
const busName = (name: string | undefined): readonly Violation[] =>
  text('eventBusName', name, { most: 256, pattern: '[\\.\\-_A-Za-z0-9]+' })

const shortForm = ({ Action, Principal, StatementId }: PutPermissionCommandInput): readonly Violation[] => [
  ...text('action', Action, { most: 64, pattern: 'events:[a-zA-Z]+' }),
  ...text('principal', Principal, { most: 12, pattern: '(\\d{12}|\\*)' }),
  ...text('statementId', StatementId, STATEMENT),
]

function statementOf(bus: Bus, input: PutPermissionCommandInput): PolicyStatement {
  const { Action = '', Principal = '', StatementId = '', Condition } = input
  if (!Action || !Principal || !StatementId)
    throw invalid('Action, Principal and StatementId are required unless Policy is given.')
  if (Action !== 'events:PutEvents') throw invalid("Provided value in parameter 'action' is not supported.")
  return {
    Sid: StatementId,
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` },
    Action,
    Resource: bus.arn,
    ...(Condition ? { Condition: { [Condition.Type ?? '']: { [Condition.Key ?? '']: Condition.Value ?? '' } } } : {}),
  }
}

/** @throws AwsError where the text is not a policy */
export function statementsOf(policy: string): readonly PolicyStatement[] {
  try {
    const { Statement } = JSON.parse(policy) as PolicyDocument
    if (typeof Statement !== 'object' || Statement === null) throw new SyntaxError('no Statement')
    return Array.isArray(Statement) ? Statement : [Statement as PolicyStatement]
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new AwsError('ValidationException', 'Invalid policy document.', { status: 400 })
  }
}
