import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns'
import { type CarrierTo, fifoFields, verdicts } from './letter.ts'

/** To an SNS topic. */
export function carrierToTopic(client = new SNSClient({})): CarrierTo {
  return (topicArn) => async (letters) => {
    const PublishBatchRequestEntries = letters.map(({ envelope, outgoing }, index) => ({
      Id: String(index),
      Message: outgoing.body,
      ...fifoFields(topicArn, envelope),
    }))
    const answer = await client.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries }))
    return verdicts(letters, answer.Successful, answer.Failed)
  }
}
