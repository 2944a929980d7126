import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

const { app, close } = await createTestApp()
after(close)

test('the description lists every route with a summary, a tag, a credential and how it refuses', async () => {
  const document = (await app.inject('/openapi.json')).json()
  assert.equal(document.openapi, '3.1.0')
  const described = new Set(document.tags.map(({ name }: { name: string }) => name))
  const problems: string[] = []
  for (const [path, item] of Object.entries<Record<string, Record<string, unknown>>>(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const name = `${method} ${path}`
      if (typeof operation.summary !== 'string') problems.push(`${name} has no summary`)
      if (!Array.isArray(operation.tags) || !operation.tags.every((tag) => described.has(tag)))
        problems.push(`${name} has no tag that is described`)
      if (operation.tags === undefined) problems.push(`${name} has no tag`)
      const isPublic = path.startsWith('/v1/client/public/')
      if (path.startsWith('/v1/') && !isPublic && JSON.stringify(operation.security) === '[]') problems.push(`${name} has no credential`)
      if (!JSON.stringify(operation.responses).includes('responses/Refused')) problems.push(`${name} does not say how it refuses`)
    }
  }
  assert.deepEqual(problems, [])
})

test('the documentation page needs nothing from elsewhere', async () => {
  const { body } = await app.inject('/docs/')
  for (const [, url = ''] of body.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.doesNotMatch(url, /^(https?:)?\/\//)
    assert.equal((await app.inject(new URL(url, 'http://x/docs/').pathname)).statusCode, 200, url)
  }
})
