import type {
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  DeleteObjectsCommandInput,
  DeleteObjectsCommandOutput,
} from '@aws-sdk/client-s3'
import { AwsError, NotSimulated } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { onBucket, onObject, type S3Parts } from '../access.ts'
import { malformedXml } from '../errors.ts'

const MAX_KEYS = 1000

export function deleteActions(parts: S3Parts): Record<string, Action> {
  const { buckets, context } = parts
  return {
    // Of a key that is not there, too: nothing is left, which is what was asked for.
    DeleteObject: action<DeleteObjectCommandInput, DeleteObjectCommandOutput>({
      accepts: ['Bucket', 'Key', 'ExpectedBucketOwner'],
      access: (input) => onObject(parts, 'DeleteObject', input),
      run: ({ Bucket, Key = '' }) => {
        buckets.get(Bucket).delete(Key)
        return {}
      },
    }),
    DeleteObjects: action<DeleteObjectsCommandInput, DeleteObjectsCommandOutput>({
      accepts: ['Bucket', 'Delete', 'ChecksumAlgorithm', 'ExpectedBucketOwner'],
      access: (input) => {
        // Each key is asked for as it is deleted: one denied does not keep the others. The bucket must be there.
        onBucket(parts, 'ListBucket', input)
        return []
      },
      run: ({ Bucket, Delete = { Objects: [] } }, call) => {
        const { Objects = [], Quiet = false } = Delete
        if (Objects.length === 0 || Objects.length > MAX_KEYS) throw malformedXml()
        const Deleted: DeleteObjectsCommandOutput['Deleted'] = []
        const Errors: DeleteObjectsCommandOutput['Errors'] = []
        for (const { Key = '', ...others } of Objects) {
          const other = Object.keys(others)[0]
          if (other !== undefined)
            throw new NotSimulated(`${other} of an object to delete`, 'Name objects by their Key alone.')
          try {
            for (const check of onObject(parts, 'DeleteObject', { Bucket, Key })) context.authorize(call.caller, check)
            buckets.get(Bucket).delete(Key)
            if (!Quiet) Deleted.push({ Key })
          } catch (error) {
            if (!(error instanceof AwsError)) throw error
            Errors.push({ Key, Code: error.code, Message: error.message })
          }
        }
        return { Deleted, Errors }
      },
    }),
  }
}
