import type {
  DecryptCommandInput,
  DecryptCommandOutput,
  EncryptCommandInput,
  EncryptCommandOutput,
  GenerateDataKeyCommandInput,
  GenerateDataKeyCommandOutput,
  GenerateDataKeyWithoutPlaintextCommandInput,
  GenerateDataKeyWithoutPlaintextCommandOutput,
  GenerateRandomCommandInput,
  GenerateRandomCommandOutput,
  ReEncryptCommandInput,
  ReEncryptCommandOutput,
} from '@aws-sdk/client-kms'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type CloudContext } from '../../../service.ts'
import { checkDryRun, invalid, onKey, required } from '../checks.ts'
import { decrypt, encrypt, invalidCiphertext, keyIdOf } from '../cipher.ts'
import type { Key, KmsModel } from '../model.ts'

const algorithm = 'SYMMETRIC_DEFAULT' as const
/** What Encrypt takes at most. */
const maxPlaintext = 4096

const plaintextMust = (bound: string): AwsError =>
  invalid(
    `1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length ${bound}`,
  )

/** Encrypting and decrypting. */
export function cryptographyActions(context: CloudContext, model: KmsModel): Record<string, Action> {
  return { ...encryption(context, model), ...dataKeys(context, model) }
}

function encryption(context: CloudContext, model: KmsModel): Record<string, Action> {
  return {
    Encrypt: action<EncryptCommandInput, EncryptCommandOutput>({
      accepts: ['KeyId', 'Plaintext', 'EncryptionContext', 'EncryptionAlgorithm', 'DryRun'],
      access: ({ KeyId, EncryptionContext }) => onKey(context, model, 'Encrypt', KeyId, EncryptionContext),
      run: ({ KeyId, Plaintext, EncryptionContext, EncryptionAlgorithm, DryRun }) => {
        checkAlgorithm(EncryptionAlgorithm)
        const plaintext = required(Plaintext, 'Plaintext')
        if (plaintext.length < 1) throw plaintextMust('greater than or equal to 1')
        if (plaintext.length > maxPlaintext) throw plaintextMust(`less than or equal to ${maxPlaintext}`)
        const key = model.usable(required(KeyId, 'KeyId'))
        checkDryRun(DryRun)
        const blob = encrypt(model, key, plaintext, EncryptionContext)
        return { CiphertextBlob: blob, KeyId: key.arn, EncryptionAlgorithm: algorithm }
      },
    }),
    Decrypt: action<DecryptCommandInput, DecryptCommandOutput>({
      accepts: ['CiphertextBlob', 'KeyId', 'EncryptionContext', 'EncryptionAlgorithm', 'DryRun'],
      access: ({ CiphertextBlob, KeyId, EncryptionContext }) =>
        onKey(context, model, 'Decrypt', keyIdOf(CiphertextBlob ?? new Uint8Array()) ?? KeyId, EncryptionContext),
      run: ({ CiphertextBlob, KeyId, EncryptionContext, EncryptionAlgorithm, DryRun }) => {
        checkAlgorithm(EncryptionAlgorithm)
        const { key, plaintext } = open(model, required(CiphertextBlob, 'CiphertextBlob'), KeyId, EncryptionContext)
        checkDryRun(DryRun)
        return { KeyId: key.arn, Plaintext: plaintext, EncryptionAlgorithm: algorithm }
      },
    }),
    ReEncrypt: action<ReEncryptCommandInput, ReEncryptCommandOutput>({
      accepts: [
        'CiphertextBlob',
        'SourceKeyId',
        'SourceEncryptionContext',
        'DestinationKeyId',
        'DestinationEncryptionContext',
      ],
      access: (input) => [
        ...onKey(
          ...([context, model, 'ReEncryptFrom'] as const),
          keyIdOf(input.CiphertextBlob ?? new Uint8Array()) ?? input.SourceKeyId,
          input.SourceEncryptionContext,
        ),
        ...onKey(context, model, 'ReEncryptTo', input.DestinationKeyId, input.DestinationEncryptionContext),
      ],
      run: (input) => {
        const blob = required(input.CiphertextBlob, 'CiphertextBlob')
        const { key: source, plaintext } = open(model, blob, input.SourceKeyId, input.SourceEncryptionContext)
        const key = model.usable(required(input.DestinationKeyId, 'DestinationKeyId'))
        return {
          CiphertextBlob: encrypt(model, key, plaintext, input.DestinationEncryptionContext),
          SourceKeyId: source.arn,
          KeyId: key.arn,
          SourceEncryptionAlgorithm: algorithm,
          DestinationEncryptionAlgorithm: algorithm,
        }
      },
    }),
  }
}

function dataKeys(context: CloudContext, model: KmsModel): Record<string, Action> {
  const generate = (input: GenerateDataKeyCommandInput) => {
    const length = dataKeyLength(input)
    const key = model.usable(required(input.KeyId, 'KeyId'))
    checkDryRun(input.DryRun)
    const plaintext = model.bytes(length, 'data key')
    return {
      KeyId: key.arn,
      Plaintext: plaintext,
      CiphertextBlob: encrypt(model, key, plaintext, input.EncryptionContext),
    }
  }
  return {
    GenerateDataKey: action<GenerateDataKeyCommandInput, GenerateDataKeyCommandOutput>({
      accepts: ['KeyId', 'EncryptionContext', 'NumberOfBytes', 'KeySpec', 'DryRun'],
      access: ({ KeyId, EncryptionContext }) => onKey(context, model, 'GenerateDataKey', KeyId, EncryptionContext),
      run: generate,
    }),
    GenerateDataKeyWithoutPlaintext: action<
      GenerateDataKeyWithoutPlaintextCommandInput,
      GenerateDataKeyWithoutPlaintextCommandOutput
    >({
      accepts: ['KeyId', 'EncryptionContext', 'NumberOfBytes', 'KeySpec', 'DryRun'],
      access: ({ KeyId, EncryptionContext }) =>
        onKey(context, model, 'GenerateDataKeyWithoutPlaintext', KeyId, EncryptionContext),
      run: (input) => {
        const { KeyId, CiphertextBlob } = generate(input)
        return { KeyId, CiphertextBlob }
      },
    }),
    GenerateRandom: action<GenerateRandomCommandInput, GenerateRandomCommandOutput>({
      accepts: ['NumberOfBytes'],
      access: () => [{ action: 'kms:GenerateRandom', resource: '*' }],
      run: ({ NumberOfBytes }) => ({
        Plaintext: model.bytes(checkLength(required(NumberOfBytes, 'NumberOfBytes')), 'random'),
      }),
    }),
  }
}

function dataKeyLength({ KeySpec, NumberOfBytes }: GenerateDataKeyCommandInput): number {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined))
    throw invalid('Please specify either number of bytes or key spec.')
  if (NumberOfBytes !== undefined) return checkLength(NumberOfBytes)
  return KeySpec === 'AES_128' ? 16 : 32
}

function checkLength(bytes: number): number {
  if (bytes >= 1 && bytes <= 1024) return bytes
  throw invalid(
    `1 validation error detected: Value '${bytes}' at 'numberOfBytes' failed to satisfy constraint: Member must have value ${bytes < 1 ? 'greater than or equal to 1' : 'less than or equal to 1024'}`,
  )
}

/** Opens a blob with the key that made it, which the caller may name to be sure. */
function open(
  model: KmsModel,
  blob: Uint8Array,
  keyId: string | undefined,
  context: Readonly<Record<string, string>> | undefined,
): { key: Key; plaintext: Uint8Array } {
  const made = keyIdOf(blob)
  if (made === undefined) throw invalidCiphertext()
  const key = model.usable(made)
  if (keyId !== undefined && model.get(keyId).id !== key.id)
    throw new AwsError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    )
  return { key, plaintext: decrypt(key, blob, context) }
}

function checkAlgorithm(given: string | undefined): void {
  if (given !== undefined && given !== algorithm)
    throw new AwsError('InvalidKeyUsageException', `The algorithm ${given} is not supported by a symmetric key.`)
}
