import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { buildSdks } from '../../../scripts/lib/build.mjs'
import { createPackedProject } from '../../../scripts/lib/packed-project.mjs'

const folder = path.resolve(import.meta.dirname, '..')
// The dependency comes from this installation, so that the test needs no network.
const dependency = path.resolve(createRequire(import.meta.url).resolve('@simplewebauthn/browser'), '../..')
let project

before(() => {
  buildSdks()
  project = createPackedProject(folder, dependency)
})

after(() => project.remove())

test('the packed package depends on @simplewebauthn/browser alone', () => {
  assert.deepEqual(project.list('node_modules'), ['.package-lock.json', '@sallyport', '@simplewebauthn'])
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  assert.deepEqual(Object.keys(manifest.dependencies), ['@simplewebauthn/browser'])
})

test('it is imported and required, also where there is no browser', () => {
  const use = `const sallyport = new Sallyport({ tenantId: 't', baseUrl: 'http://localhost/v1' })
    console.log(sallyport.anonymousId === '', typeof sallyport.passkey.signIn)`
  const esm = project.write('use.mjs', `import { Sallyport } from '@sallyport/browser'\n${use}`)
  const cjs = project.write('use.cjs', `const { Sallyport } = require('@sallyport/browser')\n${use}`)
  for (const file of [esm, cjs]) assert.equal(project.node(file).trim(), 'true function')
})

test('its types resolve for both', () => {
  const use = `
    const sallyport = new Sallyport({ tenantId: 't', baseUrl: 'b' })
    export async function approve(token: string): Promise<string | undefined> {
      const { data, errorCode } = await sallyport.passkey.signIn({ token })
      if (errorCode === 'user_canceled') return undefined
      return data?.token
    }
    // @ts-expect-error a token excludes an action
    sallyport.passkey.signIn({ token: 't', action: 'a' })
    // @ts-expect-error one of the three kinds is required
    sallyport.passkey.signIn({})`
  const esm = project.write('use.mts', `import { Sallyport } from '@sallyport/browser'\n${use}`)
  const cjs = project.write('use.cts', `import { Sallyport } from '@sallyport/browser'\n${use}`)
  project.tsc(
    ...['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom', '--types', ''],
    ...[esm, cjs],
  )
})

test('an application pays at most 5.3 kB, minified and compressed, dependency included', async () => {
  const entry = project.write(
    'page.mjs',
    `import { Sallyport } from '@sallyport/browser'\nglobalThis.sallyport = new Sallyport({ tenantId: 't', baseUrl: 'b' })`,
  )
  const { outputFiles } = await build({
    absWorkingDir: project.folder,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  const size = gzipSync(outputFiles[0].contents, { level: 9 }).length
  assert.ok(size <= 5300, `${size} bytes`)
})
