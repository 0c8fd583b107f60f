/** A CloudFormation template as the file holds it. */
export interface Template {
  readonly Description?: string
  readonly Parameters?: Readonly<Record<string, ParameterDeclaration>>
  readonly Rules?: Readonly<Record<string, RuleDeclaration>>
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>
  readonly Conditions?: Readonly<Record<string, unknown>>
  readonly Resources: Readonly<Record<string, ResourceDeclaration>>
  readonly Outputs?: Readonly<Record<string, OutputDeclaration>>
}

export interface ParameterDeclaration {
  readonly Type: string
  readonly Default?: string | number
  readonly NoEcho?: boolean | string
  readonly AllowedValues?: readonly (string | number)[]
  readonly AllowedPattern?: string
  readonly MinLength?: number | string
  readonly MaxLength?: number | string
  readonly MinValue?: number | string
  readonly MaxValue?: number | string
  readonly ConstraintDescription?: string
}

export interface RuleDeclaration {
  readonly RuleCondition?: unknown
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription?: string }[]
}

export interface ResourceDeclaration {
  readonly Type: string
  readonly Properties?: Readonly<Record<string, unknown>>
  readonly Condition?: string
  readonly DependsOn?: string | readonly string[]
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly Metadata?: Readonly<Record<string, unknown>>
}

export interface OutputDeclaration {
  readonly Value: unknown
  readonly Description?: string
  readonly Condition?: string
  readonly Export?: { readonly Name: unknown }
}

/** Where a resource comes from in the CDK app, or its logical id. */
export const pathOf = (logicalId: string, { Metadata }: ResourceDeclaration): string =>
  typeof Metadata?.['aws:cdk:path'] === 'string' ? Metadata['aws:cdk:path'] : logicalId

/** A type that CDK writes into every template and that creates nothing. */
export const metadataType = 'AWS::CDK::Metadata'

export const pseudoParameters = [
  ...['AWS::AccountId', 'AWS::Region', 'AWS::Partition', 'AWS::StackName', 'AWS::StackId'],
  ...['AWS::URLSuffix', 'AWS::NoValue', 'AWS::NotificationARNs'],
] as const
