import type { Caller, CloudContext } from '../../service.ts'
import type { Kms } from '../kms/index.ts'

/** The key of a SecureString that names none. */
export const managedKey = 'alias/aws/ssm'

/** SecureString values: encrypted by a KMS key, on which the caller needs the permission. */
export interface Secrets {
  encrypt(caller: Caller, arn: string, keyId: string | undefined, value: string): Promise<string>
  decrypt(caller: Caller, arn: string, keyId: string | undefined, value: string): Promise<string>
}

export function secrets(context: CloudContext): Secrets {
  // The parameter's ARN is the encryption context (SSM user guide, "AWS KMS encryption for SecureString parameters").
  const authorized = (caller: Caller, action: string, arn: string, keyId = managedKey): string => {
    const kms = context.service<Kms>('kms')
    const resource = kms.keyArn(keyId)
    context.authorize(caller, {
      action,
      resource,
      context: { ...kms.via('ssm', caller), 'kms:EncryptionContext:PARAMETER_ARN': arn },
    })
    return resource
  }
  const call = <O extends object>(action: string, input: object): Promise<O> =>
    context.call({ caller: context.administrator, service: 'kms', action, input })
  return {
    async encrypt(caller, arn, keyId, value) {
      const KeyId = authorized(caller, 'kms:Encrypt', arn, keyId)
      const { CiphertextBlob } = await call<{ CiphertextBlob: Uint8Array }>('Encrypt', {
        KeyId,
        Plaintext: new TextEncoder().encode(value),
        EncryptionContext: { PARAMETER_ARN: arn },
      })
      return Buffer.from(CiphertextBlob).toString('base64')
    },
    async decrypt(caller, arn, keyId, value) {
      authorized(caller, 'kms:Decrypt', arn, keyId)
      const { Plaintext } = await call<{ Plaintext: Uint8Array }>('Decrypt', {
        CiphertextBlob: new Uint8Array(Buffer.from(value, 'base64')),
        EncryptionContext: { PARAMETER_ARN: arn },
      })
      return new TextDecoder().decode(Plaintext)
    },
  }
}
