// Writes `generated/`: the types of the management API, and who may call which route. Both come from docs/openapi.json; nothing is written by hand.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import openapiTS, { astToString, type OpenAPI3, type SchemaObject } from 'openapi-typescript'

const prefix = '/v1/management'
const app = resolve(import.meta.dirname, '..')
const document = JSON.parse(readFileSync(resolve(app, '../../docs/openapi.json'), 'utf8')) as OpenAPI3

const paths = Object.fromEntries(
  Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    path.startsWith(`${prefix}/`) ? [[path.slice(prefix.length), item]] : [],
  ),
)
// A schema that refers to itself is a type that TypeScript refuses; any JSON is `unknown` for a page.
const schemas = { ...document.components?.schemas, JsonValue: {}, JsonValueInput: {} } as unknown as Record<string, SchemaObject>

const roles: Record<string, string> = {}
for (const [path, item] of Object.entries(paths)) {
  for (const [method, operation] of Object.entries(item)) {
    const allowed = (operation as { 'x-roles'?: string[] })['x-roles']
    if (allowed !== undefined) roles[`${method.toUpperCase()} ${path}`] = allowed.join(' ')
  }
}

mkdirSync(join(app, 'generated'), { recursive: true })
writeFileSync(
  join(app, 'generated/api-types.ts'),
  astToString(await openapiTS({ ...document, paths, components: { ...document.components, schemas } })),
)
writeFileSync(
  join(app, 'generated/route-roles.ts'),
  `/** Which roles may call a route of the management API, as the server's own table says. */\nexport const routeRoles = ${JSON.stringify(roles, null, 2)} as const\n`,
)
