import type { ParameterStringFilter } from '@aws-sdk/client-ssm'
import { AwsError } from '../../../errors.ts'
import type { StoredParameter, Version } from '../model.ts'

type Fits = (parameter: StoredParameter) => boolean

/** Whether a parameter passes every filter. @throws AwsError InvalidFilterKey, InvalidFilterOption */
export const matches = (filters: readonly ParameterStringFilter[] = []): Fits => {
  const all = filters.map(compile)
  return (parameter) => all.every((fits) => fits(parameter))
}

function compile({ Key = '', Option, Values = [] }: ParameterStringFilter): Fits {
  if (Key === 'Path') return below(Values, Option ?? 'OneLevel')
  const read = readers[Key] ?? (Key.startsWith('tag:') ? tagOf(Key.slice('tag:'.length)) : undefined)
  if (!read) throw new AwsError('InvalidFilterKey', `The filter key ${Key} is not valid.`)
  const fits = comparisons[Option ?? 'Equals']
  if (!fits || (Option !== undefined && Option !== 'Equals' && Key !== 'Name'))
    throw new AwsError('InvalidFilterOption', `The following filter option is not valid: ${Option}.`)
  return (parameter) => {
    const value = read(parameter)
    return value !== undefined && (Values.length === 0 || Values.some((wanted) => fits(value, wanted)))
  }
}

const newest = ({ versions }: StoredParameter): Version => versions.at(-1) as Version

const readers: Readonly<Record<string, (parameter: StoredParameter) => string | undefined>> = {
  Name: ({ name }) => name,
  Type: (parameter) => newest(parameter).type,
  KeyId: (parameter) => newest(parameter).keyId,
  Tier: (parameter) => newest(parameter).tier,
  DataType: (parameter) => newest(parameter).dataType,
}

const tagOf =
  (key: string) =>
  ({ tags }: StoredParameter): string | undefined =>
    tags.get(key)

const comparisons: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  Equals: (value, wanted) => value === wanted,
  BeginsWith: (value, wanted) => value.startsWith(wanted),
  Contains: (value, wanted) => value.includes(wanted),
}

function below(paths: readonly string[], option: string): Fits {
  if (option !== 'OneLevel' && option !== 'Recursive')
    throw new AwsError('InvalidFilterOption', `The following filter option is not valid: ${option}.`)
  return ({ name }) =>
    paths.some((path) => {
      const prefix = path.endsWith('/') ? path : `${path}/`
      return name.startsWith(prefix) && (option === 'Recursive' || !name.slice(prefix.length).includes('/'))
    })
}
