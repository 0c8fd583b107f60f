import { Lazy } from 'aws-cdk-lib'
import { CfnRole } from 'aws-cdk-lib/aws-iam'
import { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Alarms } from './alarms.ts'
import { HandlerCode } from './bundle/handler-code.ts'
import { keepData, type Mode } from './mode.ts'
import { allow, policyOf, type Statement } from './policy.ts'
import { logGroupName } from './resource-names.ts'

export interface HandlerFunctionProps {
  readonly name: string
  /** Absolute path of the source file. It exports the handler as `handler`. */
  readonly file: string
  readonly mode: Mode
  readonly alarms: Alarms
  /** What the role may do beside writing its log. Called at synth, when every service of the app is known. */
  readonly may: () => readonly Statement[]
  /** Called at synth. Values that are `undefined` are left out. */
  readonly environment: () => Readonly<Record<string, string | undefined>>
  /** MiB. */
  readonly memory: number
  /** Milliseconds. */
  readonly timeout: number
}

/** A function with a role of its own, a log group of its own, and alarms on its errors and throttles. */
export class HandlerFunction extends Construct {
  readonly name: string
  readonly arn: string
  readonly timeoutSeconds: number
  readonly resource: CfnFunction

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id)
    const logs = new CfnLogGroup(this, 'Logs', {
      logGroupName: logGroupName(props.name),
      retentionInDays: props.mode === 'production' ? 90 : 7,
    })
    keepData(props.mode, logs)
    const role = new CfnRole(this, 'Role', {
      assumeRolePolicyDocument: policyOf([
        {
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Resource: undefined,
        },
      ]),
      policies: Lazy.any({ produce: () => [declared([writeLog(logs.attrArn), ...props.may()])] }),
    })
    this.timeoutSeconds = Math.ceil(props.timeout / 1000)
    this.name = props.name
    this.resource = new CfnFunction(this, 'Function', {
      functionName: props.name,
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      code: HandlerCode.of(this).add(this, props.name, props.file),
      role: role.attrArn,
      memorySize: props.memory,
      timeout: this.timeoutSeconds,
      loggingConfig: { logGroup: logs.ref },
      environment: { variables: Lazy.any({ produce: () => sorted(props.environment()) }) as never },
    })
    this.arn = this.resource.attrArn
    props.alarms.ofFunction(this, props.name)
  }
}

const declared = (statements: readonly Statement[]) => ({
  policyName: 'Declared',
  policyDocument: policyOf(statements),
})

const writeLog = (logGroupArn: string): Statement =>
  allow('WriteLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], logGroupArn)

const sorted = (variables: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(variables)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
