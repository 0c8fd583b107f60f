import type {
  AttributeDefinition,
  CreateGlobalSecondaryIndexAction,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  Projection,
  ProvisionedThroughput,
} from '@aws-sdk/client-dynamodb'
import { Constraints, NAME_PATTERN } from '../constraints.ts'
import { MAX_KEY_ATTRIBUTES } from './rules.ts'

/** A request's list of structures as DynamoDB prints it in a message. */
class Printed {
  readonly #text: string

  constructor(name: string, elements: readonly KeySchemaElement[]) {
    const texts = elements.map((each) => `${name}(attributeName=${each.AttributeName}, keyType=${each.KeyType})`)
    this.#text = `[${texts.join(', ')}]`
  }

  toString(): string {
    return this.#text
  }
}

/** The rules of a request's members that make a table: presence, lengths, patterns, enumerations. */
export class ShapeChecks extends Constraints {
  attributeDefinitions(definitions: readonly AttributeDefinition[] | undefined): this {
    this.present('attributeDefinitions', definitions)
    for (const [at, definition] of (definitions ?? []).entries()) {
      const path = `attributeDefinitions.${at + 1}.member`
      this.present(`${path}.attributeName`, definition.AttributeName)
      this.length(`${path}.attributeName`, definition.AttributeName, 1, 255)
      this.#required(`${path}.attributeType`, definition.AttributeType, ['B', 'N', 'S'])
    }
    return this
  }

  keySchema(path: string, schema: readonly KeySchemaElement[] | undefined, most = 2): this {
    this.present(path, schema)
    if (!schema) return this
    const printed = String(new Printed('KeySchemaElement', schema))
    this.check(schema.length >= 1, path, printed, 'Member must have length greater than or equal to 1')
    this.check(schema.length <= most, path, printed, `Member must have length less than or equal to ${most}`)
    for (const [at, element] of schema.entries()) {
      this.present(`${path}.${at + 1}.member.attributeName`, element.AttributeName)
      this.length(`${path}.${at + 1}.member.attributeName`, element.AttributeName, 1, 255)
      this.#required(`${path}.${at + 1}.member.keyType`, element.KeyType, ['HASH', 'RANGE'])
    }
    return this
  }

  throughput(path: string, throughput: ProvisionedThroughput | undefined): this {
    if (!throughput) return this
    this.present(`${path}.writeCapacityUnits`, throughput.WriteCapacityUnits)
    this.between(`${path}.writeCapacityUnits`, throughput.WriteCapacityUnits, 1)
    this.present(`${path}.readCapacityUnits`, throughput.ReadCapacityUnits)
    return this.between(`${path}.readCapacityUnits`, throughput.ReadCapacityUnits, 1)
  }

  index(path: string, index: GlobalSecondaryIndex | LocalSecondaryIndex | CreateGlobalSecondaryIndexAction): this {
    this.indexName(path, index.IndexName)
    this.keySchema(`${path}.keySchema`, index.KeySchema, path.startsWith('global') ? 2 * MAX_KEY_ATTRIBUTES : 2)
    this.#projection(`${path}.projection`, index.Projection)
    return 'ProvisionedThroughput' in index
      ? this.throughput(`${path}.provisionedThroughput`, index.ProvisionedThroughput)
      : this
  }

  indexName(path: string, name: string | undefined): this {
    this.present(`${path}.indexName`, name)
    this.length(`${path}.indexName`, name, 3, 255)
    return this.matches(`${path}.indexName`, name, NAME_PATTERN)
  }

  #projection(path: string, projection: Projection | undefined): void {
    this.present(path, projection)
    this.oneOf(`${path}.projectionType`, projection?.ProjectionType, ['ALL', 'INCLUDE', 'KEYS_ONLY'])
    const names = projection?.NonKeyAttributes
    this.length(`${path}.nonKeyAttributes`, names, 1, 20)
    const fit = names?.every((name) => name.length >= 1 && name.length <= 255) ?? true
    this.check(
      fit,
      `${path}.nonKeyAttributes`,
      names,
      'Member must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 1]',
    )
  }

  #required(path: string, value: string | undefined, allowed: readonly string[]): void {
    this.present(path, value)
    this.oneOf(path, value, allowed)
  }
}
