import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { expect, it } from 'vitest'
import { shop } from '../../lib/stacks/shop.ts'
import { freshFolder } from './example/app.ts'

// A development tool from PyPI, not needed to build or run: `pip install cfn-lint`, then name its command here.
const { CFN_LINT = '' } = process.env

it.skipIf(!CFN_LINT)(
  'cfn-lint finds nothing in any template',
  () => {
    const app = new App({ outdir: freshFolder(), builtinCloudFormationValidation: false })
    shop(app, { app: 'shop' })
    const { directory } = app.synth()
    const templates = readdirSync(directory)
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => join(directory, file))
    expect(templates.length).toBeGreaterThan(10)
    const { status, stdout } = spawnSync(CFN_LINT, templates, { encoding: 'utf8' })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  },
  180_000,
)
