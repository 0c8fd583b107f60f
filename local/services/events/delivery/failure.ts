import { AwsError } from '../../../errors.ts'

/** Why a delivery failed, in EventBridge's words, and whether trying again may help. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly permanent: boolean
}

const codes: readonly { readonly when: RegExp; readonly code: string; readonly permanent: boolean }[] = [
  { when: /AccessDenied|AuthorizationError|NotAuthorized|KMSAccessDenied/, code: 'NO_PERMISSIONS', permanent: true },
  {
    when: /QueueDoesNotExist|NotFound|ResourceNotFound|NoSuchEntity|StateMachineDoesNotExist/,
    code: 'NO_RESOURCE',
    permanent: true,
  },
  { when: /InvalidRequestContent/, code: 'INVALID_JSON', permanent: true },
  { when: /Throttl|TooManyRequests|LimitExceeded/, code: 'THROTTLING', permanent: false },
  { when: /Invalid|Validation|MissingParameter/, code: 'INVALID_PARAMETER', permanent: true },
]

/** A failure that no retry mends. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof PermanentFailure) return { code: error.code, message: error.message, permanent: true }
  if (!(error instanceof AwsError)) throw error
  const found = codes.find(({ when }) => when.test(error.code))
  return { code: found?.code ?? 'ERROR_FROM_TARGET', message: error.message, permanent: found?.permanent ?? false }
}
