/** What a Task's Resource names. */
export type Resource =
  /** A Lambda function by its ARN. */
  | { readonly kind: 'function'; readonly arn: string }
  /** An integration, optimized or of the SDK. */
  | {
      readonly kind: 'integration'
      /** As the history has it: `lambda`, `aws-sdk:dynamodb`. */
      readonly resourceType: string
      /** As the history has it: `invoke.waitForTaskToken`. */
      readonly resource: string
      readonly sdk: boolean
      /** `dynamodb`, in Step Functions' spelling. */
      readonly service: string
      /** `putItem`. */
      readonly action: string
      readonly pattern: Pattern
    }
  /** An activity by its ARN: workers ask for the task. */
  | { readonly kind: 'activity'; readonly arn: string }

/** How long the task lasts: for the answer, for the job's end, or for somebody who has the token. */
export type Pattern = 'requestResponse' | 'sync' | 'sync:2' | 'waitForTaskToken'

const functionArn = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/
const integrationArn = /^arn:aws[\w-]*:states:[\w-]*:\d*:(aws-sdk:)?([\w-]+):(\w+)(\.sync(?::2)?|\.waitForTaskToken)?$/

/** @returns undefined where the text is no resource ARN */
export function parseResource(text: string): Resource | undefined {
  if (functionArn.test(text)) return { kind: 'function', arn: text }
  if (/^arn:aws[\w-]*:states:[\w-]+:\d{12}:activity:/.test(text)) return { kind: 'activity', arn: text }
  const parts = integrationArn.exec(text)
  if (!parts) return undefined
  const [, sdk = '', service = '', action = '', suffix = ''] = parts
  return {
    kind: 'integration',
    resourceType: sdk + service,
    resource: action + suffix,
    sdk: sdk !== '',
    service,
    action,
    pattern: suffix === '' ? 'requestResponse' : (suffix.slice(1) as Pattern),
  }
}
