import type { CloudContext, Service } from '../../service.ts'
import type { S3Parts } from './access.ts'
import { bucketActions } from './actions/buckets.ts'
import { copyActions } from './actions/copy.ts'
import { deleteActions } from './actions/delete.ts'
import { lifecycleActions } from './actions/lifecycle.ts'
import { listActions } from './actions/list.ts'
import { putActions } from './actions/put.ts'
import { readActions } from './actions/read.ts'
import { settingActions } from './actions/settings.ts'
import { Buckets } from './model/buckets.ts'
import { s3Resources } from './resources.ts'

/** S3: buckets of objects in memory. Versions, uploads in parts, ACLs and notifications are not simulated. */
export function createS3(context: CloudContext): Service {
  const buckets = new Buckets(context)
  const parts: S3Parts = { context, buckets }
  return {
    name: 's3',
    actions: {
      ...bucketActions(parts),
      ...settingActions(parts),
      ...lifecycleActions(parts),
      ...putActions(parts),
      ...readActions(parts),
      ...copyActions(parts),
      ...deleteActions(parts),
      ...listActions(parts),
    },
    resourcePolicy: (arn) => buckets.find(/^arn:aws:s3:::([^/]+)/.exec(arn)?.[1])?.policy?.document,
    resources: s3Resources(context, buckets),
  }
}
