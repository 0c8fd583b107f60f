import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { InvokeCommand, LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda'
import { expect, onTestFinished, test } from 'vitest'
import { startTestCloud } from '../../../support/cloud.ts'
import { createFunction, invoke } from './support/function.ts'

test('invocations, errors, throttles, duration and concurrency are metrics of the function', async () => {
  const cloud = await startTestCloud({ clock: 'auto' })
  onTestFinished(() => cloud.stop())
  const source = `export const handler = async ({ fail }) => {
    await new Promise((resolve) => setTimeout(resolve, 200))
    if (fail) throw new Error('no') }`
  await createFunction(cloud, 'measured', source)
  const start = cloud.clock.now()
  await invoke(cloud, 'measured')
  await invoke(cloud, 'measured', { fail: true })
  const lambda = cloud.client(LambdaClient)
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'measured', ReservedConcurrentExecutions: 0 }))
  await expect(lambda.send(new InvokeCommand({ FunctionName: 'measured' }))).rejects.toThrow('Rate Exceeded.')
  const statistic = async (MetricName: string, Statistic: 'Sum' | 'Average' | 'Maximum') => {
    const { Datapoints = [] } = await cloud.client(CloudWatchClient).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Lambda',
        MetricName,
        Dimensions: [{ Name: 'FunctionName', Value: 'measured' }],
        StartTime: new Date(start),
        EndTime: new Date(start + 60_000),
        Period: 60,
        Statistics: [Statistic],
      }),
    )
    return Datapoints[0]?.[Statistic]
  }
  expect(await statistic('Invocations', 'Sum')).toBe(2)
  expect(await statistic('Errors', 'Sum')).toBe(1)
  expect(await statistic('Throttles', 'Sum')).toBe(1)
  expect(await statistic('Duration', 'Average')).toBe(200)
  expect(await statistic('ConcurrentExecutions', 'Maximum')).toBe(1)
})
