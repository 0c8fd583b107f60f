import { CfnTable } from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import { PARTITION_KEY, SORT_KEY, TTL } from '../../messaging/table-layout.ts'
import { keepData, type Mode } from './mode.ts'

/** The one table of a service: its items, marks, outgoing messages and parked ones (messaging/table-layout.ts). */
export class ServiceTable extends Construct {
  readonly name: string
  readonly arn: string
  readonly streamArn: string

  constructor(scope: Construct, id: string, props: { readonly name: string; readonly mode: Mode }) {
    super(scope, id)
    const table = new CfnTable(this, 'Table', {
      tableName: props.name,
      billingMode: 'PAY_PER_REQUEST',
      attributeDefinitions: [
        { attributeName: PARTITION_KEY, attributeType: 'S' },
        { attributeName: SORT_KEY, attributeType: 'S' },
      ],
      keySchema: [
        { attributeName: PARTITION_KEY, keyType: 'HASH' },
        { attributeName: SORT_KEY, keyType: 'RANGE' },
      ],
      timeToLiveSpecification: { attributeName: TTL, enabled: true },
      streamSpecification: { streamViewType: 'NEW_IMAGE' },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtectionEnabled: props.mode === 'production',
    })
    keepData(props.mode, table)
    this.name = props.name
    this.arn = table.attrArn
    this.streamArn = table.attrStreamArn
  }
}
