import type { Caller } from '../../../service.ts'

export type ContextValue = string | readonly string[]

interface Asked {
  readonly caller: Caller
  readonly account: string
  readonly context: Readonly<Record<string, ContextValue>>
}

/** The condition keys of one request, by name in any case. Built when the first condition asks. */
export class RequestContext {
  /** Whether a condition asked for more than what follows from the caller, so that the next request may differ. */
  passing = false
  readonly #request: Asked
  readonly #ofCaller = new Set<string>()
  #values: Map<string, ContextValue> | undefined

  constructor(request: Asked) {
    this.#request = request
  }

  get(key: string): ContextValue | undefined {
    this.#values ??= this.#build()
    const name = key.toLowerCase()
    if (!this.#ofCaller.has(name)) this.passing = true
    return this.#values.get(name)
  }

  #build(): Map<string, ContextValue> {
    const values = new Map<string, ContextValue>()
    const { caller, account } = this.#request
    for (const [key, value] of Object.entries(ofCaller(caller, account))) {
      this.#ofCaller.add(key.toLowerCase())
      values.set(key.toLowerCase(), value)
    }
    for (const [key, value] of Object.entries(this.#request.context)) values.set(key.toLowerCase(), value)
    return values
  }
}

/** Global keys that follow from who calls (IAM user guide, "AWS global condition context keys"). */
function ofCaller(caller: Caller, account: string): Record<string, ContextValue> {
  // The endpoint is plain HTTP on the loopback, but stands for AWS's TLS endpoints (decision 0050).
  const always = { 'aws:SecureTransport': 'true', 'aws:ViaAWSService': 'false', 'aws:ResourceAccount': account }
  switch (caller.kind) {
    case 'role':
    case 'administrator':
      return {
        ...always,
        // For a role's session this key holds the role, not the session.
        'aws:PrincipalArn': caller.kind === 'role' ? caller.roleArn : caller.arn,
        'aws:PrincipalAccount': account,
        'aws:PrincipalType': caller.kind === 'role' ? 'AssumedRole' : 'User',
        'aws:PrincipalIsAWSService': 'false',
        'aws:userid': caller.userId,
      }
    case 'service':
      return {
        ...always,
        'aws:PrincipalIsAWSService': 'true',
        'aws:PrincipalServiceName': caller.principal,
        'aws:PrincipalServiceNamesList': [caller.principal],
        'aws:SourceAccount': caller.sourceAccount,
        ...(caller.sourceArn === undefined ? {} : { 'aws:SourceArn': caller.sourceArn }),
      }
    case 'anonymous':
      return { ...always, 'aws:PrincipalType': 'Anonymous', 'aws:PrincipalIsAWSService': 'false' }
  }
}
