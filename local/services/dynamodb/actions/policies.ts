import type {
  DeleteResourcePolicyCommandInput,
  DeleteResourcePolicyCommandOutput,
  GetResourcePolicyCommandInput,
  GetResourcePolicyCommandOutput,
  PutResourcePolicyCommandInput,
  PutResourcePolicyCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type CloudContext } from '../../../service.ts'
import { invalid } from '../errors.ts'
import type { Model } from '../model.ts'
import { taggedTable } from './tags.ts'

const MAX_POLICY_BYTES = 20 * 1024
const NO_POLICY = 'NO_POLICY'

/** @throws AwsError where the text is no policy document */
export function checkedPolicy(document: string): string {
  if (Buffer.byteLength(document) > MAX_POLICY_BYTES)
    throw invalid(`Resource-based policy size exceeds the limit of ${MAX_POLICY_BYTES} bytes`)
  const parsed = parsedJson(document)
  if (typeof parsed !== 'object' || parsed === null || !('Statement' in parsed))
    throw invalid('Invalid policy document: Failed to parse policy document')
  return document
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('Invalid policy document: Failed to parse policy document')
  }
}

export const newRevision = (context: CloudContext): string =>
  String(BigInt(`0x${context.kernel.random.hex('dynamodb policy revision').slice(0, 15)}`)).padStart(13, '1')

const noPolicy = (arn: string) =>
  new AwsError('PolicyNotFoundException', `Resource-based policy not found for the provided ResourceArn: ${arn}`)

function checkRevision(expected: string | undefined, current: string | undefined): void {
  if (expected === undefined) return
  if (expected === NO_POLICY ? current === undefined : expected === current) return
  throw new AwsError(
    'PolicyNotFoundException',
    'Expected revision id does not match the current revision of the policy',
  )
}

export const policyActions = (model: Model): Record<string, Action> => ({
  PutResourcePolicy: action<PutResourcePolicyCommandInput, PutResourcePolicyCommandOutput>({
    accepts: ['ResourceArn', 'Policy', 'ExpectedRevisionId', 'ConfirmRemoveSelfResourceAccess'],
    access: (input) => [{ action: 'dynamodb:PutResourcePolicy', resource: input.ResourceArn ?? '' }],
    run(input) {
      const table = taggedTable(model, input.ResourceArn)
      const document = checkedPolicy(input.Policy ?? '')
      checkRevision(input.ExpectedRevisionId, table.state.policy?.revision)
      if (table.state.policy?.document !== document)
        table.state.policy = { document, revision: newRevision(model.context) }
      model.tables.save(table)
      return { RevisionId: table.state.policy?.revision }
    },
  }),
  GetResourcePolicy: action<GetResourcePolicyCommandInput, GetResourcePolicyCommandOutput>({
    accepts: ['ResourceArn'],
    access: (input) => [{ action: 'dynamodb:GetResourcePolicy', resource: input.ResourceArn ?? '' }],
    run(input) {
      const { policy, arn } = taggedTable(model, input.ResourceArn).state
      if (!policy) throw noPolicy(arn)
      return { Policy: policy.document, RevisionId: policy.revision }
    },
  }),
  DeleteResourcePolicy: action<DeleteResourcePolicyCommandInput, DeleteResourcePolicyCommandOutput>({
    accepts: ['ResourceArn', 'ExpectedRevisionId'],
    access: (input) => [{ action: 'dynamodb:DeleteResourcePolicy', resource: input.ResourceArn ?? '' }],
    run(input) {
      const table = taggedTable(model, input.ResourceArn)
      const { policy } = table.state
      if (input.ExpectedRevisionId !== undefined && !policy) throw noPolicy(table.state.arn)
      checkRevision(input.ExpectedRevisionId, policy?.revision)
      table.state.policy = undefined
      model.tables.save(table)
      return { RevisionId: policy?.revision ?? '' }
    },
  }),
})
