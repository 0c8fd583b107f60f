import type { CloudContext } from '../../../service.ts'
import { bucketNotEmpty, invalidBucketName, noSuchBucket } from '../errors.ts'
import { Bucket } from './bucket.ts'

/** S3 user guide, "General purpose bucket naming rules". */
function checkName(name: string): void {
  const valid =
    /^[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !/^(?:xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)
  if (!valid) throw invalidBucketName(name)
}

/** The account's buckets. */
export class Buckets {
  readonly #buckets = new Map<string, Bucket>()
  readonly #context: CloudContext

  constructor(context: CloudContext) {
    this.#context = context
  }

  all(): Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  find(name: string | undefined): Bucket | undefined {
    return this.#buckets.get(name ?? '')
  }

  /** @throws AwsError NoSuchBucket */
  get(name: string | undefined): Bucket {
    const bucket = this.find(name)
    if (!bucket) throw noSuchBucket(name ?? '')
    return bucket
  }

  /** The bucket, new or as it was. @throws AwsError InvalidBucketName */
  create(name: string): Bucket {
    checkName(name)
    const bucket = this.find(name) ?? new Bucket(name, this.#context.kernel)
    this.#buckets.set(name, bucket)
    return bucket
  }

  /** @throws AwsError NoSuchBucket, BucketNotEmpty */
  delete(name: string | undefined): void {
    const bucket = this.get(name)
    if (bucket.size > 0) throw bucketNotEmpty(bucket.name)
    bucket.close()
    this.#buckets.delete(bucket.name)
  }
}
