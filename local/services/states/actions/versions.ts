import type {
  DeleteStateMachineVersionCommandInput,
  ListStateMachineVersionsCommandInput,
  ListStateMachineVersionsCommandOutput,
  PublishStateMachineVersionCommandInput,
  PublishStateMachineVersionCommandOutput,
} from '@aws-sdk/client-sfn'
import { type Action, action } from '../../../service.ts'
import { conflict } from '../errors.ts'
import type { StateMachine } from '../model/machine.ts'
import { parseMachineArn } from '../model/names.ts'
import { page } from '../model/pages.ts'
import { on, type StatesParts } from '../parts.ts'

export const versionActions = (parts: StatesParts): Readonly<Record<string, Action>> => ({
  PublishStateMachineVersion: action<PublishStateMachineVersionCommandInput, PublishStateMachineVersionCommandOutput>({
    accepts: ['stateMachineArn', 'revisionId', 'description'],
    access: on('PublishStateMachineVersion', 'stateMachineArn'),
    run({ stateMachineArn, revisionId, description }) {
      const machine = parts.machines.get(stateMachineArn)
      const current = machine.revision.revisionId
      if (revisionId !== undefined && revisionId !== current)
        throw conflict(
          `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current ?? 'INITIAL'}.`,
        )
      const { arn, created } = parts.machines.publish(machine, description)
      return { stateMachineVersionArn: arn, creationDate: new Date(created) }
    },
  }),

  ListStateMachineVersions: action<ListStateMachineVersionsCommandInput, ListStateMachineVersionsCommandOutput>({
    accepts: ['stateMachineArn', 'maxResults', 'nextToken'],
    access: on('ListStateMachineVersions', 'stateMachineArn'),
    run({ stateMachineArn, ...paging }) {
      const versions = [...parts.machines.get(stateMachineArn).versions.values()].reverse()
      const { items, ...rest } = page(versions, paging)
      return {
        stateMachineVersions: items.map(({ arn, created }) => ({
          stateMachineVersionArn: arn,
          creationDate: new Date(created),
        })),
        ...rest,
      }
    },
  }),

  DeleteStateMachineVersion: action<DeleteStateMachineVersionCommandInput, object>({
    accepts: ['stateMachineVersionArn'],
    access: on('DeleteStateMachineVersion', 'stateMachineVersionArn'),
    run({ stateMachineVersionArn }) {
      const { arn, qualifier } = parseMachineArn(stateMachineVersionArn)
      const machine = parts.machines.find(arn)
      if (machine) deleteVersion(machine, stateMachineVersionArn ?? '', Number(qualifier))
      return {}
    },
  }),
})

function deleteVersion(machine: StateMachine, arn: string, number: number): void {
  const users = [...machine.aliases.values()].filter(({ routing }) =>
    routing.some(({ versionArn }) => versionArn === arn),
  )
  if (users.length > 0)
    throw conflict(
      `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${users.map(({ name }) => name).join(', ')}]`,
    )
  machine.versions.delete(number)
}
