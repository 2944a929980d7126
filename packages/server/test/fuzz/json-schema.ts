/** The part of JSON Schema that the OpenAPI document uses for requests. */
export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  propertyNames?: JsonSchema
  items?: JsonSchema
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  multipleOf?: number
  description?: string
  default?: unknown
}

export type Schemas = Readonly<Record<string, JsonSchema>>

const read = new Set([
  ...[
    '$ref',
    'type',
    'enum',
    'const',
    'anyOf',
    'allOf',
    'properties',
    'required',
    'additionalProperties',
    'propertyNames',
    'items',
    'minItems',
  ],
  ...[
    'maxItems',
    'minLength',
    'maxLength',
    'pattern',
    'format',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'multipleOf',
  ],
  ...['description', 'default', 'title', 'examples', 'id', '$schema', 'writeOnly'],
])

/** The schema that a reference leads to. Throws for a keyword that this file does not know: it would be ignored silently. */
export function resolve(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const unknown = Object.keys(schema).find((keyword) => !read.has(keyword))
  if (unknown !== undefined) throw new Error(`the fuzz does not know the keyword \`${unknown}\` of JSON Schema`)
  const name = schema.$ref?.replace('#/components/schemas/', '')
  if (name === undefined) return schema
  const found = schemas[name]
  if (found === undefined) throw new Error(`there is no schema \`${name}\``)
  return resolve(found, schemas)
}

/** True when the document allows the value. */
export function allows(given: JsonSchema, value: unknown, schemas: Schemas): boolean {
  const schema = resolve(given, schemas)
  if (schema.anyOf !== undefined && !schema.anyOf.some((option) => allows(option, value, schemas))) return false
  if (schema.allOf !== undefined && !schema.allOf.every((option) => allows(option, value, schemas))) return false
  if (schema.enum !== undefined && !schema.enum.includes(value)) return false
  if ('const' in schema && schema.const !== value) return false
  if (schema.type !== undefined && ![schema.type].flat().some((type) => isOfType(type, value))) return false
  if (typeof value === 'string') return allowsText(schema, value)
  if (typeof value === 'number') return allowsNumber(schema, value)
  if (Array.isArray(value)) return allowsList(schema, value, schemas)
  return typeof value !== 'object' || value === null || allowsObject(schema, value as Record<string, unknown>, schemas)
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}

function allowsText({ minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern }: JsonSchema, text: string): boolean {
  // As JSON Schema counts, by code points.
  const { length } = [...text]
  if (length < minLength || length > maxLength) return false
  return pattern === undefined || new RegExp(pattern, 'u').test(text)
}

function allowsNumber(schema: JsonSchema, number: number): boolean {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema
  const { exclusiveMinimum = Number.NEGATIVE_INFINITY, exclusiveMaximum = Number.POSITIVE_INFINITY } = schema
  return number >= minimum && number <= maximum && number > exclusiveMinimum && number < exclusiveMaximum
}

function allowsList({ items, minItems = 0, maxItems = Number.POSITIVE_INFINITY }: JsonSchema, list: unknown[], schemas: Schemas): boolean {
  if (list.length < minItems || list.length > maxItems) return false
  return items === undefined || list.every((item) => allows(items, item, schemas))
}

function allowsObject(schema: JsonSchema, object: Record<string, unknown>, schemas: Schemas): boolean {
  const { properties = {}, required = [], additionalProperties: others, propertyNames } = schema
  if (required.some((name) => !Object.hasOwn(object, name))) return false
  return Object.entries(object).every(([name, value]) => {
    if (propertyNames !== undefined && !allows(propertyNames, name, schemas)) return false
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (property !== undefined) return allows(property, value, schemas)
    return others === false ? false : others === undefined || others === true || allows(others, value, schemas)
  })
}
