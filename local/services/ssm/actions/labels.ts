import type {
  LabelParameterVersionCommandInput,
  LabelParameterVersionCommandOutput,
  UnlabelParameterVersionCommandInput,
  UnlabelParameterVersionCommandOutput,
} from '@aws-sdk/client-ssm'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { required } from '../checks.ts'
import type { SsmModel, StoredParameter } from '../model.ts'

const MOST = 10

/** Names for versions; a label is at one version at a time. */
export function labelActions(model: SsmModel): Record<string, Action> {
  const on =
    (name: string) =>
    ({ Name = '' }: { Name?: string | undefined }) => [
      { action: `ssm:${name}`, resource: model.arn(model.nameOf(Name)) },
    ]
  return {
    LabelParameterVersion: action<LabelParameterVersionCommandInput, LabelParameterVersionCommandOutput>({
      accepts: ['Name', 'ParameterVersion', 'Labels'],
      access: on('LabelParameterVersion'),
      run: ({ Name, ParameterVersion, Labels = [] }) => {
        const { parameter, version } = versionOf(model, Name, ParameterVersion)
        const good = Labels.filter(isLabel)
        const others = [...parameter.labels].filter(([label, at]) => at === version && !good.includes(label))
        if (others.length + new Set(good).size > MOST)
          throw new AwsError(
            'ParameterVersionLabelLimitExceeded',
            `A parameter version can have a maximum of ten labels: ${parameter.name}.`,
          )
        for (const label of good) parameter.labels.set(label, version)
        return { InvalidLabels: Labels.filter((label) => !isLabel(label)), ParameterVersion: version }
      },
    }),
    UnlabelParameterVersion: action<UnlabelParameterVersionCommandInput, UnlabelParameterVersionCommandOutput>({
      accepts: ['Name', 'ParameterVersion', 'Labels'],
      access: on('UnlabelParameterVersion'),
      run: ({ Name, ParameterVersion, Labels = [] }) => {
        const { parameter, version } = versionOf(model, Name, required(ParameterVersion, 'ParameterVersion'))
        const removed = Labels.filter((label) => parameter.labels.get(label) === version)
        for (const label of removed) parameter.labels.delete(label)
        return { RemovedLabels: removed, InvalidLabels: Labels.filter((label) => !removed.includes(label)) }
      },
    }),
  }
}

/** Letters, digits and `._-`; it begins with no digit and with neither aws nor ssm. */
const isLabel = (label: string): boolean => /^(?!aws|ssm)[a-z_.-][\w.-]{0,99}$/i.test(label)

function versionOf(
  model: SsmModel,
  name: string | undefined,
  wanted: number | undefined,
): { parameter: StoredParameter; version: number } {
  const named = required(name, 'Name')
  const { parameter, found } = model.find(wanted === undefined ? named : `${model.nameOf(named)}:${wanted}`)
  return { parameter, version: found.version }
}
