/** An IAM statement, written by hand: CDK's grants add actions that nothing here needs. */
export interface Statement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: '*' | Readonly<Record<string, unknown>>
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export const policyOf = (statements: readonly Statement[]) => ({ Version: '2012-10-17', Statement: statements })

export const allow = (
  Sid: string,
  Action: readonly string[],
  Resource: unknown,
  Condition?: Statement['Condition'],
): Statement => ({ Sid, Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) })

/** Lets an AWS service in through a resource's own policy; `condition` must bind it to an account or a resource. */
export const allowService = (
  Sid: string,
  service: string,
  Action: string | readonly string[],
  Resource: unknown,
  Condition: NonNullable<Statement['Condition']>,
): Statement => ({ Sid, Effect: 'Allow', Principal: { Service: service }, Action, Resource, Condition })

export const denyPlainHttp = (Action: string | readonly string[], Resource: unknown): Statement => ({
  Sid: 'OnlyTls',
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
})
