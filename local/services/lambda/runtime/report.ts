import type { FunctionVersion } from '../model/configuration.ts'

/** What a REPORT line says. Milliseconds. */
export interface Report {
  readonly requestId: string
  readonly duration: number
  readonly memoryMb: number
  readonly usedBytes: number
  /** Present on a cold start. */
  readonly initDuration?: number | undefined
  readonly status?: 'timeout' | 'error' | undefined
  readonly errorType?: string | undefined
}

export const startLine = (requestId: string, version: string): string =>
  `START RequestId: ${requestId} Version: ${version}`

export const endLine = (requestId: string): string => `END RequestId: ${requestId}`

export function reportLine(report: Report): string {
  const { requestId, duration, memoryMb, usedBytes, initDuration, status, errorType } = report
  const used = Math.min(memoryMb, Math.max(1, Math.ceil(usedBytes / 1_048_576)))
  // Since August 2025 the init phase is billed too.
  const billed = Math.max(1, Math.ceil(duration + (initDuration ?? 0)))
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${duration.toFixed(2)} ms`,
    `Billed Duration: ${billed} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${used} MB`,
    ...(initDuration === undefined ? [] : [`Init Duration: ${initDuration.toFixed(2)} ms`]),
    ...(status ? [`Status: ${status}`] : []),
    ...(errorType ? [`Error Type: ${errorType}`] : []),
  ].join('\t')
}

/** What the platform says of a runtime that ended in the middle of an invocation: one event of two lines, before END. */
export const exitLine = (message: string, errorType: string): string => `${message}\n${errorType}`

export const initReportLine = (milliseconds: number, errorType: string): string =>
  `INIT_REPORT Init Duration: ${milliseconds.toFixed(2)} ms\tPhase: init\tStatus: error\tError Type: ${errorType}`

/** The same facts as the JSON log format has them. */
export const jsonEvent = (time: number, type: string, record: object): string =>
  JSON.stringify({ time: new Date(time).toISOString(), type: `platform.${type}`, record })

export const jsonReport = (time: number, version: FunctionVersion, report: Report): string =>
  jsonEvent(time, 'report', {
    requestId: report.requestId,
    metrics: {
      durationMs: Number(report.duration.toFixed(3)),
      billedDurationMs: Math.max(1, Math.ceil(report.duration + (report.initDuration ?? 0))),
      memorySizeMB: version.memorySize,
      maxMemoryUsedMB: Math.max(1, Math.ceil(report.usedBytes / 1_048_576)),
      ...(report.initDuration === undefined ? {} : { initDurationMs: Number(report.initDuration.toFixed(3)) }),
    },
    status: report.status ?? 'success',
    ...(report.errorType ? { errorType: report.errorType } : {}),
  })
