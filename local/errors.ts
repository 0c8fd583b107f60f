/** An error that AWS would answer with: it knows its wire form. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  /** The error's shape name in the service's model, such as `QueueDoesNotExist`; its HTTP status and query code follow from the model. */
  readonly code: string
  /** Set only where the model does not know the error. */
  readonly status: number | undefined
  /** Further members of the error's shape, such as `CancellationReasons` or `Item`. */
  readonly fields: Readonly<Record<string, unknown>>

  constructor(
    code: string,
    message: string,
    options: { status?: number; fields?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message)
    this.code = code
    this.status = options.status
    this.fields = options.fields ?? {}
  }
}

/** Something that AWS has and the local cloud does not: refused in words, never accepted and ignored. */
export class NotSimulated extends AwsError {
  constructor(what: string, wayOut: string) {
    super('NotSimulated', `The local cloud does not simulate ${what}. ${wayOut}`, { status: 400 })
  }
}
