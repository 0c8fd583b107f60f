import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { leaveOut } from '../../bin/deploy/left-out.ts'
import { writeAssembly } from '../local/assembly/support.ts'
import { PAGE, page } from './page.ts'
import type { Cell } from './run.ts'
import { tableOf } from './table.ts'

it('the page of gaps is that of the table: node test/backends/page.ts', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(page())
})

it('an assembly is trimmed of resource types alone, and its template gets a new asset key', () => {
  const Resources = {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'b' } },
    Policy: { Type: 'AWS::Events::EventBusPolicy', Properties: {} },
    Rule: { Type: 'AWS::Events::Rule', DependsOn: ['Bus', 'Policy'] },
    Last: { Type: 'AWS::SQS::Queue', DependsOn: 'Policy' },
  }
  const assets = {
    files: { '0ld': { source: { path: 's.template.json' }, destinations: { here: { objectKey: '0ld' } } } },
  }
  const from = writeAssembly({ s: { template: { Resources }, assets } })
  const to = mkdtempSync(join(tmpdir(), 'trimmed-'))
  onTestFinished(() => rmSync(to, { recursive: true }))
  leaveOut(from, to, ['AWS::Events::EventBusPolicy'])
  expect(JSON.parse(readFileSync(join(to, 's.template.json'), 'utf8'))).toEqual({
    Resources: {
      Bus: Resources.Bus,
      Rule: { Type: 'AWS::Events::Rule', DependsOn: ['Bus'] },
      Last: { Type: 'AWS::SQS::Queue' },
    },
  })
  expect(readFileSync(join(to, 's.assets.json'), 'utf8')).toMatch(/"objectKey":"[0-9a-f]{64}"/)
})

it('results stand in one table, with what was skipped and why', () => {
  const cell = (outcome: Cell['outcome'], note: string) => ({ outcome, note })
  const columns = new Map([
    [
      'one',
      new Map([
        ['deploy', cell('ok', '1.0 s')],
        ['flow', cell('skipped', 'no redrive')],
      ]),
    ],
    ['other', new Map([['deploy', cell('failed', '2.0 s')]])],
  ])
  expect(tableOf(columns).split('\n')).toEqual([
    '        one                  other',
    'deploy  ok 1.0 s             failed: 2.0 s',
    'flow    skipped: no redrive  not reached',
  ])
})
