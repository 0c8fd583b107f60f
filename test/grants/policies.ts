import type { DeployedResource, DeployedStack } from '../../local/assembly/index.ts'
import type { PolicyDocument, Service, ServiceName } from '../../local/service.ts'
import type { TestCloud } from '../support/cloud.ts'

/** A policy in force. */
export interface Policy {
  /** `identity`: what a role may do; `resource`: who may do what to a resource (for a role: who may take it). */
  readonly kind: 'identity' | 'resource'
  /** ARN of the role or the resource. */
  readonly of: string
  /** Whom or what it is about, in words that stay: of a function's role the function's name. */
  readonly holder: string
  readonly document: PolicyDocument
}

/** Where the templates hold policies: resource type -> the ARNs that its policy guards. Roles have policies of their own, too. */
const guarded: Readonly<
  Record<string, (resource: DeployedResource, arnOf: (service: ServiceName, id: string) => string) => string[]>
> = {
  'AWS::IAM::Role': ({ attributes }) => [String(attributes.Arn)],
  'AWS::KMS::Key': ({ attributes }) => [String(attributes.Arn)],
  'AWS::Lambda::Permission': ({ properties: { FunctionName: of } }, arnOf) => [
    String(of).startsWith('arn:') ? String(of) : arnOf('lambda', String(of)),
  ],
  'AWS::SNS::TopicPolicy': ({ properties }) => properties.Topics as string[],
  'AWS::SQS::QueuePolicy': ({ properties }, arnOf) => (properties.Queues as string[]).map((id) => arnOf('sqs', id)),
  'AWS::Events::EventBusPolicy': ({ properties }, arnOf) => [arnOf('events', String(properties.EventBusName))],
}

/** Every policy of the stacks, as the services hold it. */
export function policiesOf(cloud: TestCloud, stacks: readonly DeployedStack[]): readonly Policy[] {
  const resources = stacks.flatMap((stack) => stack.resources)
  const named = resources.filter(({ attributes }) => attributes.Arn !== undefined)
  // A function and the rule that calls it may have one name.
  const arnOf = (service: ServiceName, id: string): string => {
    const found = named.find(({ physicalId, attributes }) => physicalId === id && isOf(service, `${attributes.Arn}`))
    if (!found) throw new Error(`no resource of ${service} in the stacks is called ${id}`)
    return String(found.attributes.Arn)
  }
  const functions = resources.filter(({ type }) => type === 'AWS::Lambda::Function')
  const users = new Map(functions.map(({ physicalId, properties }) => [String(properties.Role), physicalId]))
  const holderOf = (of: string) => users.get(of) ?? (of.includes(':key/') ? 'key' : of.split(':').slice(5).join(':'))
  const own = resources.filter(({ type }) => type === 'AWS::IAM::Role').flatMap(rolePolicies)
  const guards = new Set(resources.flatMap((resource) => guarded[resource.type]?.(resource, arnOf) ?? []))
  const guarding = [...guards].map((of) => ({ kind: 'resource' as const, of, document: guardOf(cloud, of) }))
  return [...own, ...guarding].map((policy) => ({ ...policy, holder: holderOf(policy.of) }))
}

const isOf = (service: ServiceName, arn: string): boolean => arn.split(':')[2] === service

/** Resource types that hold a policy and that `policiesOf` does not read. */
export function unreadPolicies(stacks: readonly DeployedStack[]): readonly string[] {
  const holding = stacks
    .flatMap((stack) => stack.resources)
    .filter(
      ({ type, properties }) =>
        !(type in guarded) && /"(Statement|ManagedPolicyArns)":/.test(JSON.stringify(properties)),
    )
  return [...new Set(holding.map(({ type }) => type))]
}

function rolePolicies({ properties, attributes, path }: DeployedResource): Omit<Policy, 'holder'>[] {
  if ('ManagedPolicyArns' in properties || 'PermissionsBoundary' in properties)
    throw new Error(`${path} has policies that stand elsewhere: teach this test to read them`)
  const inline = (properties.Policies ?? []) as readonly { readonly PolicyDocument: PolicyDocument }[]
  return inline.map(({ PolicyDocument: document }) => ({ kind: 'identity', of: String(attributes.Arn), document }))
}

function guardOf(cloud: TestCloud, arn: string): PolicyDocument {
  const document = cloud.context.service<Service>(arn.split(':')[2] as ServiceName).resourcePolicy?.(arn)
  if (!document) throw new Error(`${arn} has no policy`)
  return document
}
