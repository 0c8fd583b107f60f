import type { UpdateFunctionConfigurationCommandInput } from '@aws-sdk/client-lambda'
import type { FunctionVersion, Logging } from './configuration.ts'
import { inRange, oneOf, violation } from './constraints.ts'
import { invalid } from './functions.ts'
import { checkRuntime } from './runtimes.ts'

type Settings = Pick<
  UpdateFunctionConfigurationCommandInput,
  | 'Role'
  | 'Runtime'
  | 'Handler'
  | 'Description'
  | 'Timeout'
  | 'MemorySize'
  | 'Environment'
  | 'DeadLetterConfig'
  | 'LoggingConfig'
  | 'EphemeralStorage'
  | 'TracingConfig'
  | 'SnapStart'
>

/** The part of a version that configuration calls set. */
export type Configured = Pick<
  FunctionVersion,
  | 'role'
  | 'runtime'
  | 'handler'
  | 'description'
  | 'timeout'
  | 'memorySize'
  | 'environment'
  | 'deadLetterArn'
  | 'logging'
  | 'ephemeralStorage'
  | 'tracing'
>

/** Names that Lambda keeps for itself; `_X_AMZN_TRACE_ID` and the credentials among them. */
const reservedNames = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
])

const MAX_ENVIRONMENT_BYTES = 4096

/**
 * Lays settings over what was there (or over Lambda's defaults) and checks the result.
 * @throws AwsError ValidationException, InvalidParameterValueException, NotSimulated
 */
export function configure(name: string, input: Settings, before?: FunctionVersion): Configured {
  oneOf('tracingConfig.mode', input.TracingConfig?.Mode, ['Active', 'PassThrough'])
  oneOf('snapStart.applyOn', input.SnapStart?.ApplyOn, ['PublishedVersions', 'None'])
  inRange('timeout', input.Timeout, 1, 900)
  inRange('memorySize', input.MemorySize, 128, 10_240)
  inRange('ephemeralStorage.size', input.EphemeralStorage?.Size, 512, 10_240)
  const runtime = input.Runtime ?? before?.runtime
  const handler = input.Handler ?? before?.handler
  const role = input.Role ?? before?.role
  if (runtime === undefined) throw invalid('Runtime is mandatory for functions created with deployment packages.')
  if (handler === undefined) throw invalid('Handler is mandatory for functions created with deployment packages.')
  if (runtime !== before?.runtime) checkRuntime(runtime)
  if (input.SnapStart?.ApplyOn === 'PublishedVersions')
    throw invalid(`${runtime} is not supported for SnapStart enabled functions.`)
  return {
    role: role as string,
    runtime,
    handler,
    description: input.Description ?? before?.description ?? '',
    timeout: input.Timeout ?? before?.timeout ?? 3,
    memorySize: input.MemorySize ?? before?.memorySize ?? 128,
    environment: input.Environment
      ? checkedEnvironment(input.Environment.Variables ?? {})
      : (before?.environment ?? {}),
    deadLetterArn: input.DeadLetterConfig ? input.DeadLetterConfig.TargetArn || undefined : before?.deadLetterArn,
    logging: logging(name, input.LoggingConfig, before),
    ephemeralStorage: input.EphemeralStorage?.Size ?? before?.ephemeralStorage ?? 512,
    tracing: input.TracingConfig?.Mode ?? before?.tracing ?? 'PassThrough',
  }
}

function checkedEnvironment(variables: Readonly<Record<string, string>>): Record<string, string> {
  const taken = Object.keys(variables).filter((name) => reservedNames.has(name))
  if (taken.length > 0)
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${taken.join(', ')}`,
    )
  for (const name of Object.keys(variables))
    if (!/^[a-zA-Z]\w+$/.test(name))
      throw violation(
        'environment.variables',
        `{${name}=...}`,
        'satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]',
      )
  const size = Buffer.byteLength(JSON.stringify(variables))
  if (size > MAX_ENVIRONMENT_BYTES)
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${JSON.stringify(variables)}`,
    )
  return { ...variables }
}

/** The JSON format brings the levels INFO with it, the Text format takes them away: recorded by LocalStack's validated tests. */
function logging(name: string, input: Settings['LoggingConfig'], before: FunctionVersion | undefined): Logging {
  const format = input?.LogFormat ?? before?.logging.format ?? 'Text'
  const group = input?.LogGroup ?? before?.logging.group ?? `/aws/lambda/${name}`
  oneOf('loggingConfig.logFormat', format, ['JSON', 'Text'])
  oneOf('loggingConfig.applicationLogLevel', input?.ApplicationLogLevel, applicationLevels)
  oneOf('loggingConfig.systemLogLevel', input?.SystemLogLevel, systemLevels)
  if (format === 'JSON') {
    // Asking for the format anew sets the levels anew.
    const kept = input?.LogFormat === undefined ? before?.logging : undefined
    return {
      format,
      group,
      applicationLevel: input?.ApplicationLogLevel ?? kept?.applicationLevel ?? 'INFO',
      systemLevel: input?.SystemLogLevel ?? kept?.systemLevel ?? 'INFO',
    }
  }
  if (input?.ApplicationLogLevel || input?.SystemLogLevel)
    throw invalid(
      'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again.',
    )
  return { format, group }
}

const applicationLevels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']
const systemLevels = ['DEBUG', 'INFO', 'WARN']
