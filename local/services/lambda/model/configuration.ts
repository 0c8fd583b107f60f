import { hash } from 'node:crypto'
import type { FunctionConfiguration } from '@aws-sdk/client-lambda'

/** Where a version's code lies. */
export interface FunctionCode {
  /** Folder on this machine. */
  readonly folder: string
  /** SHA-256 of what was deployed, base64. */
  readonly sha256: string
  readonly size: number
}

export interface Logging {
  readonly format: 'Text' | 'JSON'
  readonly group: string
  /** Least level that is kept of the function's and of the platform's lines; of the JSON format only. */
  readonly applicationLevel?: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL'
  readonly systemLevel?: 'DEBUG' | 'INFO' | 'WARN'
}

/** Configuration and code of a function as of one moment: `$LATEST` until it is changed, or a published version for good. */
export interface FunctionVersion {
  readonly name: string
  readonly version: string
  /** Of the function, without a qualifier. */
  readonly arn: string
  readonly role: string
  readonly runtime: string
  readonly handler: string
  readonly code: FunctionCode
  readonly description: string
  /** Seconds. */
  readonly timeout: number
  /** Megabytes. */
  readonly memorySize: number
  readonly environment: Readonly<Record<string, string>>
  /** ARN of a queue or a topic for events that could not be handled. */
  readonly deadLetterArn: string | undefined
  readonly logging: Logging
  readonly architecture: 'x86_64' | 'arm64'
  readonly ephemeralStorage: number
  readonly tracing: 'Active' | 'PassThrough'
  readonly lastModified: number
  /** Changes with what is attached to it, too (permissions), while the environments that run it stay warm. */
  revisionId: string
}

/** Lambda's own time format, such as `2026-01-01T00:00:00.000+0000`. */
export const lambdaTime = (instant: number): string => new Date(instant).toISOString().replace('Z', '+0000')

/** A version as the API describes it. `qualified` adds the version to the ARN. */
export const describeVersion = (version: FunctionVersion, qualified: boolean): FunctionConfiguration => ({
  FunctionName: version.name,
  FunctionArn: qualified ? `${version.arn}:${version.version}` : version.arn,
  Runtime: version.runtime as NonNullable<FunctionConfiguration['Runtime']>,
  Role: version.role,
  Handler: version.handler,
  CodeSize: version.code.size,
  CodeSha256: version.code.sha256,
  Description: version.description,
  Timeout: version.timeout,
  MemorySize: version.memorySize,
  LastModified: lambdaTime(version.lastModified),
  Version: version.version,
  ...(version.deadLetterArn ? { DeadLetterConfig: { TargetArn: version.deadLetterArn } } : {}),
  ...(Object.keys(version.environment).length > 0 ? { Environment: { Variables: { ...version.environment } } } : {}),
  TracingConfig: { Mode: version.tracing },
  RevisionId: version.revisionId,
  State: 'Active',
  LastUpdateStatus: 'Successful',
  PackageType: 'Zip',
  Architectures: [version.architecture],
  EphemeralStorage: { Size: version.ephemeralStorage },
  RuntimeVersionConfig: { RuntimeVersionArn: runtimeArn(version) },
  SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
  LoggingConfig: {
    LogFormat: version.logging.format,
    ...(version.logging.applicationLevel && { ApplicationLogLevel: version.logging.applicationLevel }),
    ...(version.logging.systemLevel && { SystemLogLevel: version.logging.systemLevel }),
    LogGroup: version.logging.group,
  },
})

/** A version as a list tells it: without its state, which is GetFunction's to tell. */
export function listedVersion(version: FunctionVersion, qualified: boolean): FunctionConfiguration {
  const { State, LastUpdateStatus, RuntimeVersionConfig, ...listed } = describeVersion(version, qualified)
  return listed
}

/** Names the one version there is of a runtime. */
const runtimeArn = ({ arn, runtime }: FunctionVersion): string =>
  `arn:aws:lambda:${arn.split(':')[3]}::runtime:${hash('sha256', runtime)}`
