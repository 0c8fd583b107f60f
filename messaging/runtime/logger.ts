import type { HandlerLogger, LambdaContext } from '../context.ts'

type Fields = Readonly<Record<string, unknown>>
type Level = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'

const LEVELS: readonly string[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL', 'SILENT']

/** What Lambda gives beside what the kit uses, where it does. */
type Invocation = LambdaContext & {
  readonly invokedFunctionArn?: string
  readonly memoryLimitInMB?: string
  readonly tenantId?: string
}

/**
 * Lines of JSON with the fields, the levels and the settings of Powertools' logger, so that what reads its lines reads these: that logger
 * is 21 KiB of a bundle (decision 0205).
 */
export class Logger implements HandlerLogger {
  readonly #service: string
  readonly #actor: Fields
  readonly #sampleRate: number
  readonly #threshold: number
  #invocation: Fields = {}
  #coldStart = true

  /** @param actor who writes them: on every line */
  constructor(service: string, actor: Fields) {
    this.#service = service
    this.#actor = actor
    this.#sampleRate = Number(process.env.POWERTOOLS_LOGGER_SAMPLE_RATE) || 0
    this.#threshold = LEVELS.indexOf(this.#sampleRate > Math.random() ? 'DEBUG' : levelOf(process.env))
  }

  /** From now on lines name this invocation. */
  invoked(context: Invocation): void {
    this.#invocation = {
      cold_start: this.#coldStart,
      function_arn: context.invokedFunctionArn,
      function_memory_size: context.memoryLimitInMB,
      function_name: context.functionName,
      function_request_id: context.awsRequestId,
      tenant_id: context.tenantId,
    }
    this.#coldStart = false
  }

  debug(message: string, fields?: Fields): void {
    this.#write('DEBUG', message, fields)
  }

  info(message: string, fields?: Fields): void {
    this.#write('INFO', message, fields)
  }

  warn(message: string, fields?: Fields): void {
    this.#write('WARN', message, fields)
  }

  error(message: string, fields?: Fields): void {
    this.#write('ERROR', message, fields)
  }

  #write(level: Level, message: string, fields?: Fields): void {
    if (LEVELS.indexOf(level) < this.#threshold) return
    const line = {
      level,
      message,
      timestamp: new Date().toISOString(),
      service: this.#service,
      ...this.#invocation,
      sampling_rate: this.#sampleRate,
      xray_trace_id: /Root=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID ?? '')?.[1],
      ...this.#actor,
      ...fields,
    }
    // Not console: Lambda's formats would wrap the line.
    process.stdout.write(`${JSON.stringify(line, writable())}\n`)
  }
}

/** Lambda's own setting, where there is one, is stronger: it drops what is below it. */
function levelOf({ AWS_LAMBDA_LOG_LEVEL, POWERTOOLS_LOG_LEVEL, LOG_LEVEL }: NodeJS.ProcessEnv): string {
  const level = (AWS_LAMBDA_LOG_LEVEL || POWERTOOLS_LOG_LEVEL || LOG_LEVEL || 'INFO').toUpperCase()
  if (level === 'FATAL') return 'CRITICAL'
  return LEVELS.includes(level) ? level : 'INFO'
}

/** For what JSON cannot say: big integers, errors, circles. */
function writable(): (key: string, value: unknown) => unknown {
  // The objects around the value, each as it came and as it is written.
  const around: { readonly came: object; readonly written: object }[] = []
  return function (this: unknown, _key, value) {
    if (typeof value === 'bigint') return value.toString()
    if (typeof value !== 'object' || value === null) return value
    while (around.length > 0 && around.at(-1)?.written !== this) around.pop()
    if (around.some(({ came }) => came === value)) return undefined
    const written = value instanceof Error ? plain(value) : value
    around.push({ came: value, written })
    return written
  }
}

/** An error's own properties, and those that it hides. */
const plain = (error: Error): object => {
  const { name, message, stack, cause } = error
  return Object.assign({ name, message, stack, cause }, error)
}
