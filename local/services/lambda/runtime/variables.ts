import type { SessionKeys } from '../../iam/index.ts'
import type { FunctionVersion } from '../model/configuration.ts'

export interface Surroundings {
  readonly region: string
  readonly endpoint: string
  readonly keys: SessionKeys
  readonly logStream: string
}

/** The whole environment of a function: what Lambda defines, and under it what the function's configuration does. */
export function environmentVariables(version: FunctionVersion, around: Surroundings): Record<string, string> {
  return {
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_ENDPOINT_URL: around.endpoint,
    ...version.environment,
    _HANDLER: version.handler,
    AWS_REGION: around.region,
    AWS_DEFAULT_REGION: around.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${version.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: version.name,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: version.logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: around.logStream,
    AWS_LAMBDA_LOG_FORMAT: version.logging.format,
    ...(version.logging.applicationLevel && { AWS_LAMBDA_LOG_LEVEL: version.logging.applicationLevel }),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: version.code.folder,
    AWS_ACCESS_KEY_ID: around.keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: around.keys.secretAccessKey,
    AWS_SESSION_TOKEN: around.keys.sessionToken,
  }
}
