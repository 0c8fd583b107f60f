import type { EncryptionConfiguration } from '@aws-sdk/client-sfn'
import { AwsError } from '../../../errors.ts'
import { oneOf, required, satisfies } from '../model/constraints.ts'

/** Encryption has no effect here, but is refused where AWS was measured to refuse it. @throws AwsError */
export function checkEncryption(given: EncryptionConfiguration | undefined): void {
  if (given === undefined) return
  const { type, kmsKeyId, kmsDataKeyReusePeriodSeconds } = given
  satisfies(
    required('encryptionConfiguration.type', type),
    oneOf('encryptionConfiguration.type', type, ['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY']),
  )
  if (type === 'CUSTOMER_MANAGED_KMS_KEY' && !kmsKeyId) throw invalid('Must set a valid kmsKeyId.')
  if (type !== 'AWS_OWNED_KEY') return
  for (const [name, value] of Object.entries({ kmsKeyId, kmsDataKeyReusePeriodSeconds }))
    if (value !== undefined) throw invalid(`Custom ${name} is not allowed when selecting AWS_OWNED_KEY.`)
}

const invalid = (what: string): AwsError =>
  new AwsError('InvalidEncryptionConfiguration', `Invalid Encryption Configuration: ${what}`)
