import { describe, expect, it } from 'vitest'
import { noValue, resolve, type Scope } from '../../../local/assembly/intrinsics.ts'

const refs: Record<string, unknown> = {
  Name: 'orders',
  List: ['a', 'b', 'c'],
  'AWS::Region': 'eu-west-1',
  'AWS::NoValue': noValue,
}
const scope: Scope = {
  stackName: 'S',
  region: 'eu-west-1',
  ref: (name) => refs[name],
  getAtt: (id, attribute) => `${id}/${attribute}`,
  condition: (name) => name === 'Yes',
  mapping: (...path) => path.join('.'),
  importValue: (name) => `imported ${name}`,
}
const Ref = 'Name'

describe('intrinsic functions', () => {
  it.each<[string, unknown, unknown]>([
    ['Ref', { Ref }, 'orders'],
    ['Fn::GetAtt of a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue/Arn'],
    ['Fn::GetAtt of a string', { 'Fn::GetAtt': 'Nested.Outputs.Arn' }, 'Nested/Outputs.Arn'],
    [
      'Fn::Sub',
      { 'Fn::Sub': `\${Name}-\${AWS::Region}-\${Queue.Arn}-\${!Name}` },
      `orders-eu-west-1-Queue/Arn-\${Name}`,
    ],
    ['Fn::Sub with variables', { 'Fn::Sub': [`\${a}/\${Name}`, { a: { Ref } }] }, 'orders/orders'],
    ['Fn::Join', { 'Fn::Join': [':', ['arn', { Ref }, 3, true]] }, 'arn:orders:3:true'],
    ['Fn::Join of a reference', { 'Fn::Join': [',', { Ref: 'List' }] }, 'a,b,c'],
    ['Fn::Split', { 'Fn::Split': ['-', 'a-b'] }, ['a', 'b']],
    ['Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'x:y:z'] }] }, 'y'],
    ['Fn::If', { 'Fn::If': ['Yes', { Ref }, 'no'] }, 'orders'],
    ['Fn::If of a false condition', { 'Fn::If': ['No', { Ref }, 'no'] }, 'no'],
    ['Fn::Equals', { 'Fn::Equals': [{ Ref }, 'orders'] }, true],
    ['Fn::Equals of other types', { 'Fn::Equals': [1, '1'] }, true],
    ['Fn::And', { 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Equals': ['a', 'b'] }] }, false],
    ['Fn::Or', { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }, true],
    ['Fn::Not', { 'Fn::Not': [{ Condition: 'Yes' }] }, false],
    ['Fn::Contains', { 'Fn::Contains': [['1', '2'], '2'] }, true],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'key'] }, 'Map.eu-west-1.key'],
    ['Fn::Base64', { 'Fn::Base64': { Ref } }, 'b3JkZXJz'],
    ['Fn::ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': `other-\${Name}` } }, 'imported other-orders'],
    ['Fn::GetAZs', { 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['AWS::NoValue in an object', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['AWS::NoValue in a list', ['x', { 'Fn::If': ['No', 'y', { Ref: 'AWS::NoValue' }] }], ['x']],
    [
      'a nested value',
      { Policy: { Statement: [{ Resource: { Ref } }] } },
      { Policy: { Statement: [{ Resource: 'orders' }] } },
    ],
    [
      'a statement with a Condition of its own',
      { Condition: { Bool: { 'aws:x': 'true' } } },
      { Condition: { Bool: { 'aws:x': 'true' } } },
    ],
  ])('resolves %s', (_, value, expected) => {
    expect(resolve(value, scope)).toEqual(expected)
  })

  it.each<[string, unknown, string]>([
    ['an index out of range', { 'Fn::Select': [3, ['a']] }, 'Stack S: Fn::Select has no element 3 in ["a"]'],
    ['a join of objects', { 'Fn::Join': ['', [{ a: 1 }]] }, 'Stack S: Fn::Join needs a string, not {"a":1}'],
    ['a wrong number of arguments', { 'Fn::If': ['Yes', 1] }, 'Stack S: Fn::If takes 3 arguments: ["Yes",1]'],
  ])('refuses %s', (_, value, message) => {
    expect(() => resolve(value, scope)).toThrow(message)
  })
})
