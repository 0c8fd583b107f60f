import type {
  AddPermissionCommandInput,
  AddPermissionCommandOutput,
  RemovePermissionCommandInput,
  RemovePermissionCommandOutput,
} from '@aws-sdk/client-sns'
import { type Action, action } from '../../../service.ts'
import { invalidParameter, setting } from '../errors.ts'
import type { Topics } from '../model.ts'
import { checkAction, statementsOf } from '../policy.ts'

export const permissionActions = (topics: Topics): Record<string, Action> => ({
  AddPermission: action<AddPermissionCommandInput, AddPermissionCommandOutput>({
    accepts: ['TopicArn', 'Label', 'AWSAccountId', 'ActionName'],
    access: ({ TopicArn = '*' }) => [{ action: 'sns:AddPermission', resource: TopicArn }],
    run: ({ TopicArn, Label = '', AWSAccountId = [], ActionName = [] }) => {
      const topic = topics.get(TopicArn)
      const statements = statementsOf(topic.policy)
      if (statements.some(({ Sid }) => Sid === Label)) throw invalidParameter('Statement already exists')
      if (AWSAccountId.length === 0 || ActionName.length === 0) throw invalidParameter('AWSAccountId or ActionName')
      setting(() => ActionName.forEach(checkAction))
      if (!AWSAccountId.every((account) => /^\d{12}$/.test(account)))
        throw invalidParameter('A provided account ID is not valid')
      const accounts = AWSAccountId.map((account) => `arn:aws:iam::${account}:root`)
      const actions = ActionName.map((name) => `SNS:${name}`)
      const statement = {
        Sid: Label,
        Effect: 'Allow' as const,
        Principal: { AWS: accounts.length === 1 ? (accounts[0] ?? '') : accounts },
        Action: actions.length === 1 ? (actions[0] ?? '') : actions,
        Resource: topic.arn,
      }
      topic.policy = { ...topic.policy, Statement: [...statements, statement] }
      return {}
    },
  }),
  RemovePermission: action<RemovePermissionCommandInput, RemovePermissionCommandOutput>({
    accepts: ['TopicArn', 'Label'],
    access: ({ TopicArn = '*' }) => [{ action: 'sns:RemovePermission', resource: TopicArn }],
    run: ({ TopicArn, Label }) => {
      const topic = topics.get(TopicArn)
      topic.policy = { ...topic.policy, Statement: statementsOf(topic.policy).filter(({ Sid }) => Sid !== Label) }
      return {}
    },
  }),
})
