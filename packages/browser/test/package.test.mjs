import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { buildSdks } from '../../../scripts/lib/build.mjs'

const folder = path.resolve(import.meta.dirname, '..')
const require = createRequire(import.meta.url)
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin/tsc')
const dependency = path.resolve(require.resolve('@simplewebauthn/browser'), '../..')
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
let project = ''

before(() => {
  buildSdks()
  project = mkdtempSync(path.join(tmpdir(), 'sallyport-browser-'))
  // The dependency comes out of this installation, so that the test needs no network.
  for (const packed of [folder, dependency]) run(npm, ['pack', packed, '--ignore-scripts', '--silent'])
  const tarballs = readdirSync(project).map((name) => `./${name}`)
  writeFileSync(path.join(project, 'package.json'), '{ "private": true }')
  run(npm, ['install', ...tarballs, '--ignore-scripts', '--offline', '--no-audit', '--no-fund', '--silent'])
})

after(() => rmSync(project, { recursive: true, force: true }))

function run(command, args) {
  return execFileSync(command, args, { cwd: project, encoding: 'utf8', shell: process.platform === 'win32' })
}

function write(name, text) {
  writeFileSync(path.join(project, name), text)
  return name
}

test('the packed package depends on @simplewebauthn/browser alone', () => {
  assert.deepEqual(readdirSync(path.join(project, 'node_modules')).sort(), ['.package-lock.json', '@sallyport', '@simplewebauthn'])
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  assert.deepEqual(Object.keys(manifest.dependencies), ['@simplewebauthn/browser'])
})

test('it is imported and required, also where there is no browser', () => {
  const use = `const sallyport = new Sallyport({ tenantId: 't', baseUrl: 'http://localhost/v1' })
    console.log(sallyport.anonymousId === '', typeof sallyport.passkey.signIn)`
  const esm = write('use.mjs', `import { Sallyport } from '@sallyport/browser'\n${use}`)
  const cjs = write('use.cjs', `const { Sallyport } = require('@sallyport/browser')\n${use}`)
  for (const file of [esm, cjs]) assert.equal(run(process.execPath, [file]).trim(), 'true function')
})

test('its types resolve for both', () => {
  const use = `
    const sallyport = new Sallyport({ tenantId: 't', baseUrl: 'b' })
    export async function approve(token: string): Promise<string | undefined> {
      const { data, errorCode } = await sallyport.passkey.signIn({ token })
      if (errorCode === 'user_canceled') return undefined
      return data?.token
    }
    // @ts-expect-error a token stands alone
    sallyport.passkey.signIn({ token: 't', action: 'a' })
    // @ts-expect-error something must say what is signed in to
    sallyport.passkey.signIn({})`
  const esm = write('use.mts', `import { Sallyport } from '@sallyport/browser'\n${use}`)
  const cjs = write('use.cts', `import { Sallyport } from '@sallyport/browser'\n${use}`)
  run(process.execPath, [
    tsc,
    ...['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom', '--types', ''],
    ...[esm, cjs],
  ])
})

test('an application pays at most 5.3 kB, minified and compressed, dependency included', async () => {
  const entry = write(
    'page.mjs',
    `import { Sallyport } from '@sallyport/browser'\nglobalThis.sallyport = new Sallyport({ tenantId: 't', baseUrl: 'b' })`,
  )
  const { outputFiles } = await build({
    absWorkingDir: project,
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
