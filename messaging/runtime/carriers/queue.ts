import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { sqsClient } from '../clients.ts'
import { queueFields } from '../delays.ts'
import { type CarrierTo, verdicts } from './letter.ts'

/** To an SQS queue, where what is delayed waits until its time. */
export function carrierToQueue(now: () => number, client = sqsClient()): CarrierTo {
  return (queueUrl) => async (letters) => {
    const Entries = letters.map(({ envelope, outgoing: { body } }, index) => ({
      Id: String(index),
      MessageBody: body,
      ...queueFields(queueUrl, envelope, now()),
    }))
    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
    return verdicts(letters, answer.Successful, answer.Failed)
  }
}
