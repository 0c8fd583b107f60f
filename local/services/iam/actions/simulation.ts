import type {
  GetContextKeysForCustomPolicyCommandInput,
  GetContextKeysForCustomPolicyCommandOutput,
  SimulateCustomPolicyCommandInput,
  SimulateCustomPolicyCommandOutput,
  SimulatePrincipalPolicyCommandInput,
  SimulatePrincipalPolicyCommandOutput,
} from '@aws-sdk/client-iam'
import { type Action, action, type Caller, type CloudContext } from '../../../service.ts'
import { page, required, validationError } from '../checks.ts'
import { parsePolicy } from '../document.ts'
import { type IamModel, noSuchEntity, type Role } from '../model.ts'
import { type Simulation, type Source, simulate } from '../simulate.ts'

type Input = Omit<SimulateCustomPolicyCommandInput, 'PolicyInputList'> & { PolicyInputList?: string[] | undefined }

const common = [
  ...([
    'PolicyInputList',
    'PermissionsBoundaryPolicyInputList',
    'ActionNames',
    'ResourceArns',
    'ResourcePolicy',
  ] as const),
  ...(['CallerArn', 'ContextEntries', 'MaxItems', 'Marker'] as const),
] as const

/** What policies would allow, without asking for it. */
export function simulationActions(context: CloudContext, model: IamModel): Record<string, Action> {
  return {
    SimulateCustomPolicy: action<SimulateCustomPolicyCommandInput, SimulateCustomPolicyCommandOutput>({
      accepts: common,
      access: () => [{ action: 'iam:SimulateCustomPolicy', resource: '*' }],
      run: (input) => {
        required(input.PolicyInputList?.[0], 'PolicyInputList')
        return answer(context, input, { identity: [], boundary: [] })
      },
    }),
    SimulatePrincipalPolicy: action<SimulatePrincipalPolicyCommandInput, SimulatePrincipalPolicyCommandOutput>({
      accepts: [...common, 'PolicySourceArn'],
      access: ({ PolicySourceArn = '*' }) => [{ action: 'iam:SimulatePrincipalPolicy', resource: PolicySourceArn }],
      run: ({ PolicySourceArn, ...input }) => {
        const role = sourceRole(model, required(PolicySourceArn, 'PolicySourceArn'))
        return answer(context, { CallerArn: role.arn, ...input }, ofRole(model, role))
      },
    }),
    GetContextKeysForCustomPolicy: action<
      GetContextKeysForCustomPolicyCommandInput,
      GetContextKeysForCustomPolicyCommandOutput
    >({
      accepts: ['PolicyInputList'],
      access: () => [{ action: 'iam:GetContextKeysForCustomPolicy', resource: '*' }],
      run: ({ PolicyInputList = [] }) => {
        const identity = given('PolicyInputList', PolicyInputList)
        const [first] = simulate(asked(context, {}, { identity, boundary: [] }), ['*'], ['*'])
        return { ContextKeyNames: first?.MissingContextValues ?? [] }
      },
    }),
  }
}

type Own = Pick<Simulation, 'identity' | 'boundary'>

function answer(context: CloudContext, input: Input, own: Own) {
  const { ActionNames = [], ResourceArns = ['*'], PermissionsBoundaryPolicyInputList: boundary } = input
  if (ActionNames.length === 0) throw validationError('ActionNames must name at least one action.')
  const simulation = asked(context, input, {
    identity: [...own.identity, ...given('PolicyInputList', input.PolicyInputList)],
    boundary: boundary ? given('PermissionsBoundaryPolicyInputList', boundary) : own.boundary,
  })
  const { page: EvaluationResults, ...rest } = page(simulate(simulation, ActionNames, ResourceArns), input)
  return { EvaluationResults, ...rest }
}

const asked = (context: CloudContext, input: Partial<Input>, own: Own): Simulation => ({
  ...own,
  resourcePolicy:
    input.ResourcePolicy === undefined
      ? undefined
      : {
          id: 'ResourcePolicy',
          text: input.ResourcePolicy,
          document: parsePolicy(input.ResourcePolicy, 'resource'),
        },
  caller: callerOf(input.CallerArn ?? `arn:aws:iam::${context.account}:root`),
  account: context.account,
  entries: input.ContextEntries ?? [],
})

const given = (list: string, texts: readonly string[] = []): Source[] =>
  texts.map((text, index) => ({ id: `${list}.${index + 1}`, text, document: parsePolicy(text, 'identity') }))

const callerOf = (arn: string): Caller => ({ kind: 'role', roleArn: arn, arn, userId: '' })

function sourceRole(model: IamModel, arn: string): Role {
  const role = model.roleByArn(arn)
  if (!role) throw noSuchEntity(`The role with name ${arn.slice(arn.lastIndexOf('/') + 1)} cannot be found.`)
  return role
}

function ofRole(model: IamModel, role: Role): Own {
  const managed = (arn: string): Source => {
    const document = model.managedDocument(arn)
    const own = model.policies.get(arn)
    const text = own?.versions.get(own.defaultVersion)?.text ?? JSON.stringify(document)
    return { id: arn.slice(arn.lastIndexOf('/') + 1), text, document }
  }
  return {
    identity: [
      ...[...role.inline].map(([name, policy]): Source => ({ ...policy, id: `role_${role.name}_${name}` })),
      ...[...role.attached].map(managed),
    ],
    boundary: role.boundary === undefined ? [] : [managed(role.boundary)],
  }
}
