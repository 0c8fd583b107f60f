import type { CloudContext, Service } from '../../service.ts'
import type { GaugeSource } from '../monitoring/model/gauges.ts'
import { attributeActions } from './actions/attributes.ts'
import { handledActions } from './actions/handled.ts'
import { moveTaskActions } from './actions/move-tasks.ts'
import { permissionActions } from './actions/permissions.ts'
import { queueActions } from './actions/queues.ts'
import { receiveActions } from './actions/receive.ts'
import { sendActions } from './actions/send.ts'
import { tagActions } from './actions/tags.ts'
import { Encryption } from './encryption.ts'
import { queueGauges } from './gauges.ts'
import { MoveTasks } from './model/move-tasks.ts'
import { Queues } from './model/queues.ts'
import { sqsResources } from './resources.ts'
import type { SqsParts } from './store.ts'

/** SQS, as the services that read from queues see it. */
export interface Sqs extends Service {
  /**
   * Calls `listener` whenever messages of the queue become receivable: by arrival, at the end of a delay or of a
   * visibility timeout, when a FIFO group is unlocked. Answers how to stop listening.
   *
   * What is receivable already is not told: listen first, then receive until nothing comes, then wait for the call.
   * The call says that a receive may find something, not that it will: long polls and other listeners compete. It
   * comes synchronously from within the change: the listener must not throw, and receives later, through the API
   * as the role that it acts for. While anybody listens, the clock carries a foreground timer at the next instant at
   * which a hidden message shows; stop listening when nobody will receive any more.
   * The queue need not exist yet, and may be deleted and created again.
   */
  onVisible(queueArn: string, listener: () => void): () => void
  /** Depth and age of the queues, for CloudWatch. */
  readonly gauges: GaugeSource
}

export function createSqs(context: CloudContext): Sqs {
  const queues = new Queues(context)
  const parts: SqsParts = {
    context,
    queues,
    moveTasks: new MoveTasks(context, queues),
    encryption: new Encryption(context),
  }
  return {
    name: 'sqs',
    actions: {
      ...queueActions(parts),
      ...attributeActions(parts),
      ...sendActions(parts),
      ...receiveActions(parts),
      ...handledActions(parts),
      ...moveTaskActions(parts),
      ...permissionActions(parts),
      ...tagActions(parts),
    },
    resourcePolicy: (arn) => queues.policyOf(arn),
    resources: sqsResources(context),
    gauges: queueGauges(queues),
    onVisible: (queueArn, listener) => queues.listen(queueArn, listener),
  }
}
