import type { LoggingConfiguration } from '@aws-sdk/client-sfn'
import { AwsError } from '../../../errors.ts'
import type { CloudContext } from '../../../service.ts'
import type { Iam } from '../../iam/index.ts'
import type { LogsService } from '../../logs/index.ts'
import { logGroupOf } from '../telemetry/log.ts'

const noLogs: LoggingConfiguration = { level: 'OFF', includeExecutionData: false }

/** Who logs: a state machine, as its role. */
interface Logger {
  readonly machineArn: string
  readonly roleArn: string
}

/**
 * @throws AwsError InvalidLoggingConfiguration where there is not one group that exists, AccessDeniedException where the role may not
 * have logs delivered (both recorded)
 */
export function loggingOf(
  context: CloudContext,
  given: LoggingConfiguration | undefined,
  logger: Logger,
): LoggingConfiguration {
  if (given === undefined) return noLogs
  const { level = 'OFF', includeExecutionData = false, destinations } = given
  const count = destinations?.length ?? 0
  if (count > 1 || (level !== 'OFF' && count === 0)) throw invalid('Must specify exactly one Log Destination.')
  const logging = { level, includeExecutionData, ...(destinations === undefined ? {} : { destinations }) }
  if (level !== 'OFF') {
    checkName(logger.machineArn)
    checkDestination(context, logging, logger)
  }
  return logging
}

function checkDestination(context: CloudContext, logging: LoggingConfiguration, logger: Logger): void {
  checkArn(logging.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn)
  const group = logGroupOf(logging)
  if (group === undefined || !context.service<LogsService>('logs').hasGroup(group))
    throw invalid('Log Destination not found.')
  try {
    const caller = context
      .service<Iam>('iam')
      .assume('states.amazonaws.com', logger.roleArn, 'log-delivery', logger.machineArn)
    context.authorize(caller, { action: 'logs:CreateLogDelivery', resource: '*' })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new AwsError(
      'AccessDeniedException',
      'The state machine IAM Role is not authorized to access the Log Destination',
    )
  }
}

/** Names may be of other letters, but not of machines that log. */
function checkName(machineArn: string): void {
  if (/^[0-9A-Za-z./\-_:]+$/.test(machineArn)) return
  const told = `Value '${machineArn}' at 'resourceId' failed to satisfy constraint`
  throw invalid(
    `1 validation error detected: ${told}: Member must satisfy regular expression pattern: ^[0-9A-Za-z.\\/\\-_:]+$`,
  )
}

/** All measured on AWS. */
function checkArn(arn: string | undefined): void {
  if (arn === undefined) throw invalid('Must set valid CloudWatch Log Group ARN.')
  if (!/^arn:[^:]+:logs:[^:]*:[^:]*:log-group:/.test(arn))
    throw invalid('Provided ARN is not CloudWatch Logs Log Group ARN.')
  if (!arn.endsWith(':*')) throw invalid("Log Group ARN must be provided with '*' qualifier.")
}

const invalid = (what: string): AwsError =>
  new AwsError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${what}`)
