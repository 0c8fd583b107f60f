import { Aws } from 'aws-cdk-lib'
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { fromThisAccount } from './arns.ts'
import { keepData, type Mode } from './mode.ts'
import { allowService, policyOf, type Statement } from './policy.ts'

const use = ['kms:Decrypt', 'kms:GenerateDataKey*']

/**
 * Encrypts the topics. AWS's own key for SNS would shut out EventBridge and CloudWatch: a service principal can use a key only
 * where the key's policy says so, and that policy cannot be changed.
 */
export class CustomerKey extends Construct {
  readonly arn: string

  constructor(scope: Construct, id: string, props: { readonly app: string; readonly mode: Mode }) {
    super(scope, id)
    const key = new CfnKey(this, 'Key', {
      description: `Topics of ${props.app}`,
      enableKeyRotation: true,
      keyPolicy: policyOf([
        administration,
        throughSns,
        allowService('EventBridgePublishes', 'events.amazonaws.com', use, '*', fromThisAccount),
        allowService('CloudWatchAlarms', 'cloudwatch.amazonaws.com', use, '*', fromThisAccount),
      ]),
    })
    keepData(props.mode, key)
    new CfnAlias(this, 'Alias', { aliasName: `alias/${props.app}`, targetKeyId: key.attrKeyId })
    this.arn = key.attrArn
  }
}

const administration: Statement = {
  Sid: 'Administration',
  Effect: 'Allow',
  Principal: { AWS: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root` },
  Action: 'kms:*',
  Resource: '*',
}

/** As AWS's own keys do it: whoever in this account may publish to a topic may use the key for that, and for nothing else. */
const throughSns: Statement = {
  Sid: 'ThroughSns',
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: use,
  Resource: '*',
  Condition: {
    StringEquals: {
      'kms:CallerAccount': Aws.ACCOUNT_ID,
      'kms:ViaService': `sns.${Aws.REGION}.${Aws.URL_SUFFIX}`,
    },
  },
}
