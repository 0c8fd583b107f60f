import type { ErrorStyle } from './call.ts'
import { genericError } from './services.ts'

const asException = (code: string): string => (code.endsWith('Exception') ? code : `${code}Exception`)

/** Errors of an optimized integration, as version 1 of AWS's Java SDK has them. */
export const optimizedErrors = (prefix: string, service: string): ErrorStyle => ({
  name: (code, modelled) => `${prefix}.${modelled ? asException(code) : (genericError[service] ?? asException(code))}`,
  cause: (message, status, code, requestId) =>
    `${message} (Service: ${service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`,
})

/** Errors of an SDK integration, as version 2 has them. */
export const sdkErrors = (service: string): ErrorStyle => ({
  name: (code, modelled) => `${service}.${modelled ? asException(code) : `${service}Exception`}`,
  cause: (message, status, _, requestId) =>
    `${message} (Service: ${service}, Status Code: ${status}, Request ID: ${requestId})`,
})
