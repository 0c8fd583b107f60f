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
import { invalid, namedTableNotFound } from '../errors.ts'
import type { Model } from '../model.ts'
import type { Table } from '../tables/table.ts'
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

/** Recorded wordings: the revision that is expected, and the one that is there. */
function checkRevision(expected: string | undefined, { name, policy }: Table['state']): void {
  if (expected === undefined || expected === policy?.revision) return
  if (expected === NO_POLICY && !policy) return
  if (!policy) throw noPolicy(`${expected} was expected of table ${name}, which has no policy.`)
  throw noPolicy(
    expected === NO_POLICY
      ? `Requested policy update expecting none to be present for table ${name}, but a policy exists with revision id ${policy.revision}.`
      : `Requested update for policy with revision id ${expected}, but the policy associated to target table ${name} has revision id ${policy.revision}.`,
  )
}

const policyTable = (model: Model, arn: string | undefined): Table =>
  taggedTable(model, arn, (given) => namedTableNotFound(given.split('/')[1] ?? given))

export const policyActions = (model: Model): Record<string, Action> => ({
  PutResourcePolicy: action<PutResourcePolicyCommandInput, PutResourcePolicyCommandOutput>({
    accepts: ['ResourceArn', 'Policy', 'ExpectedRevisionId', 'ConfirmRemoveSelfResourceAccess'],
    access: (input) => [{ action: 'dynamodb:PutResourcePolicy', resource: input.ResourceArn ?? '' }],
    run(input) {
      const table = policyTable(model, input.ResourceArn)
      const document = checkedPolicy(input.Policy ?? '')
      checkRevision(input.ExpectedRevisionId, table.state)
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
      const { policy, arn } = policyTable(model, input.ResourceArn).state
      if (!policy) throw noPolicy(arn)
      return { Policy: policy.document, RevisionId: policy.revision }
    },
  }),
  DeleteResourcePolicy: action<DeleteResourcePolicyCommandInput, DeleteResourcePolicyCommandOutput>({
    accepts: ['ResourceArn', 'ExpectedRevisionId'],
    access: (input) => [{ action: 'dynamodb:DeleteResourcePolicy', resource: input.ResourceArn ?? '' }],
    run(input) {
      const table = policyTable(model, input.ResourceArn)
      const { policy } = table.state
      if (input.ExpectedRevisionId !== undefined && !policy) throw noPolicy(table.state.arn)
      checkRevision(input.ExpectedRevisionId, table.state)
      table.state.policy = undefined
      model.tables.save(table)
      return { RevisionId: policy?.revision ?? '' }
    },
  }),
})
