import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns'
import { groupFields } from '../delays.ts'
import { type CarrierTo, verdicts } from './letter.ts'

/** To an SNS topic. A tenant's message group goes on to the queues behind a standard one. */
export function carrierToTopic(client = new SNSClient({})): CarrierTo {
  return (topicArn) => async (letters) => {
    const PublishBatchRequestEntries = letters.map(({ envelope, outgoing }, index) => ({
      Id: String(index),
      Message: outgoing.body,
      ...groupFields(topicArn, envelope),
    }))
    const answer = await client.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries }))
    return verdicts(letters, answer.Successful, answer.Failed)
  }
}
