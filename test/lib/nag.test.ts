import { App, type Stack, Validations } from 'aws-cdk-lib'
import { CfnQueue } from 'aws-cdk-lib/aws-sqs'
import { AwsSolutionsChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import { handler as retrying } from '../../docs/examples/failures/charge.ts'
import { handler as breaking } from '../../docs/examples/under-load/charge.ts'
import { handler as importRows } from '../../docs/examples/under-load/import-rows.ts'
import { handler as meterRows } from '../../docs/examples/under-load/meter-rows.ts'
import { shop } from '../../lib/stacks/shop.ts'
import { exampleApp, freshFolder, services } from './example/app.ts'

/** Synthesizes under cdk-nag's AwsSolutions rules, which throw what they find. */
function synthChecked(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  app.synth()
}

describe('AwsSolutions', { timeout: 60_000 }, () => {
  it('would find a queue that takes plain HTTP', () => {
    const app = exampleApp({ of: {} })
    new CfnQueue(app.node.findChild('ex-backbone') as Stack, 'Planted')
    expect(() => synthChecked(app)).toThrow(/does not require requests to use SSL/)
  })

  it('finds nothing in the example, which has every kind of route, nor in what keeps breakers and delayed retries', () => {
    const more = { work: { consumers: [breaking, importRows, meterRows] }, bank: { consumers: [retrying] } }
    expect(() => synthChecked(exampleApp({ of: { ...services, ...more } }))).not.toThrow()
  })

  it('finds nothing in the shop', () => {
    const app = new App({ outdir: freshFolder(), builtinCloudFormationValidation: false })
    shop(app, { app: 'shop' })
    expect(() => synthChecked(app)).not.toThrow()
  })
})
