import type {
  DashboardValidationMessage,
  DeleteDashboardsCommandInput,
  DeleteDashboardsCommandOutput,
  GetDashboardCommandInput,
  GetDashboardCommandOutput,
  ListDashboardsCommandInput,
  ListDashboardsCommandOutput,
  PutDashboardCommandInput,
  PutDashboardCommandOutput,
} from '@aws-sdk/client-cloudwatch'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type CloudContext } from '../../../service.ts'
import { pageOf } from '../../pages.ts'
import { invalidParameter } from '../errors.ts'
import type { MonitoringParts } from '../parts.ts'

const PAGE = 1_000

const arnOf = ({ account }: CloudContext, name: string): string => `arn:aws:cloudwatch::${account}:dashboard/${name}`

const notFound = (name: string): AwsError => new AwsError('DashboardNotFoundError', `Dashboard ${name} does not exist`)

const refused = (messages: readonly DashboardValidationMessage[]): AwsError =>
  new AwsError(
    'DashboardInvalidInputError',
    `The field DashboardBody must be a valid JSON object: ${messages.map(({ Message }) => Message).join('; ')}`,
    {
      fields: { dashboardValidationMessages: messages },
    },
  )

const WIDGETS = ['metric', 'text', 'log', 'alarm', 'explorer', 'custom']

/** @throws DashboardInvalidInputError with everything that is wrong */
function checkBody(body: string): void {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    throw refused([{ DataPath: '/', Message: 'The field DashboardBody must be valid JSON' }])
  }
  const widgets = (parsed as { widgets?: unknown } | null)?.widgets
  if (!Array.isArray(widgets)) throw refused([{ DataPath: '/', Message: 'The field widgets must be an array' }])
  const messages = widgets.flatMap(({ type, properties }: { type?: string; properties?: unknown }, index) => [
    ...(type !== undefined && WIDGETS.includes(type)
      ? []
      : [
          {
            DataPath: `/widgets/${index}/type`,
            Message: `Should be equal to one of the allowed values: ${WIDGETS.join(', ')}`,
          },
        ]),
    ...(typeof properties === 'object' && properties !== null
      ? []
      : [{ DataPath: `/widgets/${index}`, Message: "Should have required property 'properties'" }]),
  ])
  if (messages.length > 0) throw refused(messages)
}

export function dashboardActions({ dashboards, context }: MonitoringParts): Record<string, Action> {
  const on = (name: string, dashboard: string | undefined) => [
    { action: `cloudwatch:${name}`, resource: arnOf(context, dashboard ?? '') },
  ]
  return {
    PutDashboard: action<PutDashboardCommandInput, PutDashboardCommandOutput>({
      accepts: ['DashboardName', 'DashboardBody'],
      access: ({ DashboardName }) => on('PutDashboard', DashboardName),
      run: ({ DashboardName: name = '', DashboardBody: body = '' }) => {
        if (!/^[\w-]{1,255}$/.test(name))
          throw invalidParameter(
            'The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).',
          )
        checkBody(body)
        dashboards.put({ name, arn: arnOf(context, name), body, modifiedAt: context.kernel.clock.now() })
        return { DashboardValidationMessages: [] }
      },
    }),

    GetDashboard: action<GetDashboardCommandInput, GetDashboardCommandOutput>({
      accepts: ['DashboardName'],
      access: ({ DashboardName }) => on('GetDashboard', DashboardName),
      run: ({ DashboardName = '' }) => {
        const found = dashboards.get(DashboardName)
        if (!found) throw notFound(DashboardName)
        return { DashboardArn: found.arn, DashboardBody: found.body, DashboardName: found.name }
      },
    }),

    ListDashboards: action<ListDashboardsCommandInput, ListDashboardsCommandOutput>({
      accepts: ['DashboardNamePrefix', 'NextToken'],
      access: () => on('ListDashboards', '*'),
      run: ({ DashboardNamePrefix = '', NextToken }) => {
        const all = dashboards.all().filter(({ name }) => name.startsWith(DashboardNamePrefix))
        const { elements, next } = pageOf(all, ({ name }) => name, PAGE, NextToken)
        return {
          DashboardEntries: elements.map(({ name, arn, body, modifiedAt }) => ({
            DashboardName: name,
            DashboardArn: arn,
            LastModified: new Date(modifiedAt),
            Size: Buffer.byteLength(body),
          })),
          NextToken: next,
        }
      },
    }),

    DeleteDashboards: action<DeleteDashboardsCommandInput, DeleteDashboardsCommandOutput>({
      accepts: ['DashboardNames'],
      access: ({ DashboardNames }) => (DashboardNames ?? []).flatMap((name) => on('DeleteDashboards', name)),
      run: ({ DashboardNames = [] }) => {
        for (const name of DashboardNames) if (!dashboards.get(name)) throw notFound(name)
        for (const name of DashboardNames) dashboards.delete(name)
        return {}
      },
    }),
  }
}
