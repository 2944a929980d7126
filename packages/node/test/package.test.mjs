import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { buildSdks } from '../../../scripts/lib/build.mjs'

const folder = path.resolve(import.meta.dirname, '..')
const require = createRequire(import.meta.url)
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin/tsc')
const nodeTypes = path.dirname(require.resolve('@types/node/package.json'))
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
let project = ''

before(() => {
  buildSdks()
  project = mkdtempSync(path.join(tmpdir(), 'sallyport-node-'))
  run(npm, ['pack', folder, '--ignore-scripts', '--silent'])
  const [tarball = ''] = readdirSync(project)
  writeFileSync(path.join(project, 'package.json'), '{ "private": true }')
  run(npm, ['install', `./${tarball}`, '--ignore-scripts', '--offline', '--no-audit', '--no-fund', '--silent'])
})

after(() => rmSync(project, { recursive: true, force: true }))

function run(command, args) {
  return execFileSync(command, args, { cwd: project, encoding: 'utf8', shell: process.platform === 'win32' })
}

function write(name, text) {
  writeFileSync(path.join(project, name), text)
  return name
}

test('the packed package brings nothing but itself', () => {
  assert.deepEqual(readdirSync(path.join(project, 'node_modules')).sort(), ['.package-lock.json', '@sallyport'])
  const files = readdirSync(path.join(project, 'node_modules/@sallyport/node'))
  assert.deepEqual(files.sort(), ['LICENSE', 'README.md', 'dist', 'package.json'])
})

test('it is imported and required', () => {
  const use = `console.log(new Sallyport({ apiSecretKey: 'k', apiUrl: 'u' }).track.name, SallyportError.name, clientIp({ headers: {}, socket: { remoteAddress: '::1' } }))`
  const esm = write('use.mjs', `import { clientIp, Sallyport, SallyportError } from '@sallyport/node'\n${use}`)
  const cjs = write('use.cjs', `const { clientIp, Sallyport, SallyportError } = require('@sallyport/node')\n${use}`)
  for (const file of [esm, cjs]) assert.equal(run(process.execPath, [file]).trim(), 'track SallyportError ::1')
})

test('its types resolve for both, with the types of Node or those of the browser', () => {
  const use = `
    const sallyport = new Sallyport<{ pay: { amount: number } }>({ apiSecretKey: 'k', apiUrl: 'u' })
    export const state: Promise<'ALLOW' | string> = sallyport.track({ userId: 'u', action: 'pay', attributes: { custom: { amount: 1 } } }).then((reply) => reply.state)
    // @ts-expect-error the type is really there
    sallyport.track({ userId: 'u', action: 'pay', attributes: { custom: { amount: '1' } } })
    export const address: string | undefined = clientIp(new Request('http://localhost/'), { trustedProxies: ['loopback'] })`
  const esm = write('use.mts', `import { clientIp, Sallyport } from '@sallyport/node'\n${use}`)
  const cjs = write('use.cts', `import { clientIp, Sallyport } from '@sallyport/node'\n${use}`)
  const strict = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022']
  run(process.execPath, [tsc, ...strict, '--lib', 'es2022,dom', '--types', '', esm, cjs])
  run(process.execPath, [
    tsc,
    ...strict,
    '--lib',
    'es2024',
    '--skipLibCheck',
    '--typeRoots',
    path.dirname(nodeTypes),
    '--types',
    'node',
    esm,
    cjs,
  ])
})

test('Node request objects are accepted as they are', () => {
  const file = write(
    'server.mts',
    `import { createServer } from 'node:http'
     import { clientIp } from '@sallyport/node'
     export default createServer((request, response) => response.end(clientIp(request, { trustedProxies: ['10.0.0.0/8'] })))`,
  )
  run(process.execPath, [
    tsc,
    ...['--noEmit', '--strict', '--module', 'nodenext', '--skipLibCheck', '--lib', 'es2024'],
    ...['--typeRoots', path.dirname(nodeTypes), '--types', 'node', file],
  ])
})
