import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { sqsClient } from '../clients.ts'
import { type CarrierTo, fifoFields, verdicts } from './letter.ts'

/** To an SQS queue, to be seen after the message's delay. */
export function carrierToQueue(client = sqsClient()): CarrierTo {
  return (queueUrl) => async (letters) => {
    const Entries = letters.map(({ envelope, outgoing: { body, delay } }, index) => ({
      Id: String(index),
      MessageBody: body,
      ...(delay !== undefined && { DelaySeconds: delay }),
      ...fifoFields(queueUrl, envelope),
    }))
    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
    return verdicts(letters, answer.Successful, answer.Failed)
  }
}
