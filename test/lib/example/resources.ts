import { type App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import type { Statement } from '../../../lib/constructs/index.ts'

export interface Resource {
  readonly stack: string
  readonly logicalId: string
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties, whose shape each test knows
  readonly Properties: any
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly DependsOn?: readonly string[]
}

const synthesized = new WeakMap<App, readonly Resource[]>()

/** All resources of all stacks of an app, in the state of the first call. */
export function resourcesOf(app: App, type?: string): readonly Resource[] {
  const all = synthesized.get(app) ?? synthesize(app)
  synthesized.set(app, all)
  return type === undefined ? all : all.filter(({ Type }) => Type === type)
}

function synthesize(app: App): readonly Resource[] {
  const stacks = app.node.children.filter((child) => Stack.isStack(child))
  return stacks.flatMap((stack) =>
    Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, Resource>).map(
      ([logicalId, resource]) => ({
        ...resource,
        stack: stack.stackName,
        logicalId,
      }),
    ),
  )
}

/** The statements of a function's role, by the function's name. */
export function statementsOf(app: App, functionName: string): readonly Statement[] {
  const all = resourcesOf(app)
  const handler = all.find(
    ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.FunctionName === functionName,
  )
  const roleId = handler?.Properties.Role['Fn::GetAtt'][0]
  const role = all.find(({ logicalId, stack }) => logicalId === roleId && stack === handler?.stack)
  return role?.Properties.Policies[0].PolicyDocument.Statement
}

/** An ARN or URL of a template as text, pseudo parameters by their last word: `arn:Partition:sqs:Region:AccountId:name`. */
export function plain(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll(/\$\{AWS::(\w+)\}/g, '$1')
  if (Array.isArray(value)) return value.map(plain).join()
  const intrinsic = value as {
    Ref?: string
    'Fn::Join'?: [string, unknown[]]
    'Fn::Sub'?: string
    'Fn::GetAtt'?: [string, string]
  }
  if (intrinsic['Fn::Join']) return intrinsic['Fn::Join'][1].map(plain).join(intrinsic['Fn::Join'][0])
  if (intrinsic['Fn::Sub']) return plain(intrinsic['Fn::Sub'])
  if (intrinsic['Fn::GetAtt']) return intrinsic['Fn::GetAtt'].join('.')
  return (intrinsic.Ref ?? '').replace('AWS::', '')
}
