interface Unnoticed {
  /** As `grantText` has them, without the ids that the cloud made up. */
  readonly grants: readonly string[]
  readonly reason: string
}

/** Grants that stay although the run does not need them. What is listed here and needed is an error, too. */
export const unnoticed: readonly Unnoticed[] = [
  {
    grants: ['key: Administration: kms:* on *'],
    reason:
      'KMS asks for it when the key is made, and refuses a policy that leaves nobody to change it; without.grants.ts shows that',
  },
  {
    grants: [
      'shop-inventory-receive-goods: dynamodb:ConditionCheckItem on table/shop-inventory for stock#*',
      'shop-inventory-release-stock: dynamodb:ConditionCheckItem on table/shop-inventory for stock#*',
      'shop-inventory-release-stock: dynamodb:ConditionCheckItem on table/shop-inventory for reservation#*',
      'shop-inventory-reserve-stock: dynamodb:ConditionCheckItem on table/shop-inventory for reservation#*',
      'shop-view-project-order: dynamodb:ConditionCheckItem on table/shop-view for order#*',
    ],
    reason:
      'A unit that writes checks what it read and did not write. These handlers happen to write all that they read whenever they write at all; only their code tells, not their declaration',
  },
  {
    grants: [
      'shop-inventory-reserve-stock: dynamodb:PutItem on table/shop-inventory for out#inventory.reserve-stock#*',
    ],
    reason:
      'Commands that are sent without an append leave in an outbox row. These handlers happen to append whenever they send; only their code tells, not their declaration',
  },
  {
    grants: ['shop-view-project-order: dynamodb:Query on table/shop-view for order#*'],
    reason:
      'An item that has forgotten marks to its chunks is asked for them by messages older than those. No order of the run has so many messages',
  },
]
